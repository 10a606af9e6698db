/** What keeps the command from doing its work. The message is all that a user needs. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
}
