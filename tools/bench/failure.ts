import type { Failure } from "./sample";

/** The line of a failed command's last words that tells most. */
export function reasonOf({ message }: Failure): string {
  const lines = message.split("\n").map((line) => line.trim());
  return lines.find((line) => /^(\w*error|.*error:)/i.test(line)) ?? lines[0] ?? message;
}
