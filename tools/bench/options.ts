import { parseArgs } from "node:util";

export const parts = ["package", "singles", "sets", "accounts", "customers", "customerSets"] as const;
export type Part = (typeof parts)[number];

/** What a run of the benchmark measures, and where its results go besides the terminal. */
export interface Options {
  readonly parts: readonly Part[];
  readonly singles: readonly number[];
  readonly sets: readonly number[];
  readonly latencies: readonly number[];
  /** Where more than the first latency is measured. */
  readonly furtherLatencies: "everywhere" | "at the largest set";
  readonly repeat: number;
  /** After so long, what is left is not measured. */
  readonly timeLimitMs: number | undefined;
  readonly json: string | undefined;
  readonly markdown: string | undefined;
}

const FULL = { singles: "10,100,300,1000", sets: "10,1000,10000,100000", latency: "0,80", repeat: "3" };
const QUICK = { singles: "10,100,300", sets: "10,1000,10000", latency: "0,80", repeat: "1" };

/** Within five minutes, with some time to end what is running. */
const QUICK_LIMIT_MS = 285_000;

export const USAGE = `Measures pulumi-openmeter against its alternatives, side by side, on the real engine and an emulated server.

Usage: npm run bench -- [options]

  --quick            one repetition of smaller sizes; ends within five minutes, whatever is left then
  --only PART        package, singles, sets, accounts, customers or customerSets; may be given more than once (default: all)
  --singles SIZES    numbers of single subjects (default ${FULL.singles}; quick ${QUICK.singles})
  --sets SIZES       numbers of subjects in a set (default ${FULL.sets}; quick ${QUICK.sets})
  --latency MS       so long the server waits before each answer (default ${FULL.latency}; quick ${QUICK.latency}, of which
                     it measures the second one only at the largest set)
  --minutes N        end after so long, whatever is left then: everything is measured once before anything is repeated
  --repeat N         repetitions, of which medians are taken (default ${FULL.repeat}; quick ${QUICK.repeat})
  --json FILE        write all samples, with the machine
  --markdown FILE    write the tables as Markdown
  --help             show this

Lists are separated by commas. The exit code is 0 whether targets are met or not.
`;

/** A mistake on the command line; its message is all that the user needs. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Reads the command line. */
export function readOptions(args: string[]): Options | "help" {
  const values = parse(args);
  if (values.help) return "help";
  const defaults = values.quick ? QUICK : FULL;
  return {
    parts: readParts(values.only),
    singles: readSizes("--singles", values.singles ?? defaults.singles, 1),
    sets: readSizes("--sets", values.sets ?? defaults.sets, 1),
    latencies: readSizes("--latency", values.latency ?? defaults.latency, 0),
    furtherLatencies: values.quick && values.latency === undefined ? "at the largest set" : "everywhere",
    repeat: readNumber("--repeat", values.repeat ?? defaults.repeat, 1),
    timeLimitMs: readTimeLimit(values),
    json: values.json,
    markdown: values.markdown,
  };
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        quick: { type: "boolean", default: false },
        only: { type: "string", multiple: true, default: [...parts] },
        singles: { type: "string" },
        sets: { type: "string" },
        latency: { type: "string" },
        repeat: { type: "string" },
        minutes: { type: "string" },
        json: { type: "string" },
        markdown: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function readParts(texts: readonly string[]): Part[] {
  return texts.map((text) => {
    const part = parts.find((name) => name === text);
    if (part === undefined) throw new UsageError(`--only takes ${parts.join(", ")}, not "${text}".`);
    return part;
  });
}

/** In ascending order, each once: the tables compare a size with the one before. */
function readSizes(flag: string, text: string, least: number): number[] {
  return [...new Set(text.split(",").map((item) => readNumber(flag, item.trim(), least)))].sort((a, b) => a - b);
}

function readTimeLimit({ minutes, quick }: { readonly minutes?: string; readonly quick: boolean }): number | undefined {
  if (minutes !== undefined) return readNumber("--minutes", minutes, 1) * 60_000;
  return quick ? QUICK_LIMIT_MS : undefined;
}

function readNumber(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`${flag} takes whole numbers from ${least} on, not "${text}".`);
}
