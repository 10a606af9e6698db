/** The command line of this package: `npx pulumi-openmeter`. Its entry point is bin/pulumi-openmeter.js. */
import { adopt } from "./adopt/command";
import { CommandFailure } from "./adopt/command-failure";
import { readOptions } from "./adopt/options";
import { adoptUsage } from "./adopt/usage";
import { packageVersion } from "./version";

const usage = `Usage: pulumi-openmeter <command> [options]

  adopt       write a program that declares the subjects or customers of an account as they are,
              or customers for its subjects, or list (--check) what no stack declares

  --help      show this; "pulumi-openmeter adopt --help" for the command's options
  --version   show the version of this package
`;

/** Runs the command that the arguments ask for. The process ends with exit code 2 when it fails. */
export function main(args: readonly string[]): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever reads has seen enough, as `head` does.
    if (error.code === "EPIPE") process.exit();
    throw error;
  });
  runCommand(args).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.exitCode = 2;
      const isTold = error instanceof CommandFailure;
      console.error(isTold ? `pulumi-openmeter: ${error.message}` : error);
    },
  );
}

async function runCommand([command, ...rest]: readonly string[]): Promise<number> {
  const result = (text: string): void => void process.stdout.write(text);
  const say = (line: string): void => console.error(line);
  const shown = (text: string): number => {
    result(text);
    return 0;
  };
  if (command === "adopt") {
    const options = readOptions(rest);
    return options === "help" ? shown(adoptUsage) : adopt(options, process.env, { result, say });
  }
  if (command === "--version") {
    return shown(`${packageVersion}\n`);
  }
  if (command === "--help" || command === "-h" || command === "help") {
    return shown(usage);
  }
  if (command === undefined) {
    say(usage);
    return 2;
  }
  const remedy = 'there is only "adopt" (see pulumi-openmeter --help)';
  throw new CommandFailure(`${JSON.stringify(command)} is not a command; ${remedy}`);
}
