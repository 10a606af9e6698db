/**
 * Run before demo and tests: makes sure that there is an engine, so that no test has to wait for one to be made.
 *
 * `--print-path` prints the folder of its programs and nothing else, for a shell's PATH.
 */
import { clearLine, cursorTo } from "node:readline";
import { parseArgs } from "node:util";
import { type Engine, EngineUnavailableError, type EnsureOptions, ensureEngine } from "./index";
import { InterruptedError } from "./interruption";

const SOURCES: Record<Engine["source"], string> = {
  path: "found on PATH",
  official: "official download",
  go: "built from Go modules",
};

/** Says on this stream how far it is: line by line, and on a terminal in place of the line before. */
function voiceOn(stream: NodeJS.WriteStream): Pick<EnsureOptions, "say" | "show"> {
  const say = (line: string): void => {
    stream.write(`${line}\n`);
  };
  const show = (line: string): void => {
    clearLine(stream, 0);
    cursorTo(stream, 0);
    stream.write(line.slice(0, stream.columns - 1));
  };
  return stream.isTTY ? { say, show } : { say };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { "print-path": { type: "boolean" } } });
  try {
    if (values["print-path"]) {
      const { binDir } = await ensureEngine(voiceOn(process.stderr));
      console.log(binDir);
    } else {
      const { version, source, pulumi } = await ensureEngine(voiceOn(process.stdout));
      console.log(`Engine: Pulumi ${version} (${SOURCES[source]}), ${pulumi}`);
    }
  } catch (error) {
    // Anything but the known outcomes is a fault of this program, whose stack is of use.
    const isKnown = error instanceof EngineUnavailableError || error instanceof InterruptedError;
    console.error(isKnown ? error.message : error);
    process.exitCode = 1;
  }
}

void main();
