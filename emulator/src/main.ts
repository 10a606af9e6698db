import { parseArgs } from "node:util";
import { type Emulator, type EmulatorOptions, startEmulator } from "./index";

const DEFAULT_PORT = 8888;

const USAGE = `A local server that behaves as OpenMeter's Subject and Customer APIs do.

Usage: npm run emulator -- [options]

  --port PORT      port to listen on (default ${DEFAULT_PORT}, 0 for any free one)
  --host HOST      address to listen on (default 127.0.0.1)
  --api-key KEY    refuse calls without this Bearer token
  --state FILE     load subjects and customers from this file, and keep them there
  --subject-hook   make and change customers by subjects (customer.enableSubjectHook)
  --stripe         install a pretended Stripe app that knows every cus_... id
  --latency MS     wait so long before every answer
  --help           show this
`;

/** A mistake on the command line; its message is all that the user needs. */
class UsageError extends Error {}

function readOptions(args: string[]): EmulatorOptions | "help" {
  const { values } = parse(args);
  if (values.help === true) {
    return "help";
  }
  return {
    port: readNumber("--port", values.port, 65_535) ?? DEFAULT_PORT,
    latencyMs: readNumber("--latency", values.latency, 600_000) ?? 0,
    ...(values.host !== undefined && { host: values.host }),
    ...(values["api-key"] !== undefined && { apiKey: values["api-key"] }),
    ...(values.state !== undefined && { stateFile: values.state }),
    subjectHook: values["subject-hook"] === true,
    stripe: values.stripe === true,
    log: console.log,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: "string" },
        host: { type: "string" },
        "api-key": { type: "string" },
        state: { type: "string" },
        "subject-hook": { type: "boolean" },
        stripe: { type: "boolean" },
        latency: { type: "string" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n\n${USAGE}`);
  }
}

function readNumber(flag: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  if (!/^\d+$/.test(text) || Number(text) > max) {
    throw new UsageError(`${flag} takes a whole number from 0 to ${max}, not "${text}".`);
  }
  return Number(text);
}

async function start(options: EmulatorOptions): Promise<Emulator> {
  try {
    return await startEmulator(options);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
      throw new UsageError(`Port ${options.port} is in use. Choose another, or any free one: --port 0`);
    }
    throw error;
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    console.log(USAGE);
    return;
  }
  const emulator = await start(options);
  console.log(
    `OpenMeter emulator listening on ${emulator.url}, ${emulator.subjects.size} subjects, ${emulator.customers.size} customers`,
  );
  console.log(`  export OPENMETER_URL=${emulator.url}`);
  if (options.apiKey !== undefined) {
    console.log("  export OPENMETER_API_KEY=<the key given with --api-key>");
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void emulator.close());
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
