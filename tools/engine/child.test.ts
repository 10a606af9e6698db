import { describe, expect, it } from "vitest";
import { ChildError, type ChildOptions, run } from "./child";

const node = (script: string, options: ChildOptions = {}) => run(process.execPath, ["-e", script], options);

describe("run", () => {
  it("answers with standard output and passes on lines of standard error", async () => {
    const lines: string[] = [];
    const onErrorLine = (line: string) => {
      lines.push(line);
      return false;
    };
    expect(await node("console.log('out'); console.error('a\\nb')", { onErrorLine })).toBe("out\n");
    expect(lines).toEqual(["a", "b"]);
  });

  it("says how a program failed, with its last words", async () => {
    const failure = node("console.error('disk full'); process.exit(3)");
    await expect(failure).rejects.toThrow(ChildError);
    await expect(failure).rejects.toThrow(/failed with exit code 3\ndisk full$/);
  });

  it("leaves out what only told of progress", async () => {
    const failure = node("console.error('step 1\\ndisk full\\nstep 2'); process.exit(3)", {
      onErrorLine: (line) => line.startsWith("step"),
    });
    await expect(failure).rejects.toThrow(/exit code 3\ndisk full$/);
  });

  it("says that a program does not exist", async () => {
    await expect(run("no-such-program", ["x"])).rejects.toThrow(
      "`no-such-program x` could not be run: there is no such program",
    );
  });

  it("ends a program that takes too long", async () => {
    await expect(node("setInterval(() => {}, 1000)", { timeoutMs: 150 })).rejects.toThrow(/took too long$/);
  });

  it("ends a program and what it started when told to stop", async () => {
    const stop = new AbortController();
    const pids: number[] = [];
    const script = `
      const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
      child.on("spawn", () => console.error(child.pid));
      setInterval(() => {}, 1000);`;
    const onErrorLine = (line: string) => {
      pids.push(Number(line));
      stop.abort();
      return false;
    };
    await expect(node(script, { signal: stop.signal, onErrorLine })).rejects.toThrow(/was stopped$/);
    expect(pids).toHaveLength(1);
    await expect.poll(() => pids.some(isAlive), { timeout: 2_000 }).toBe(false);
  });

  it("does not leave a program running that was to be stopped before it started", async () => {
    await expect(node("setInterval(() => {}, 1000)", { signal: AbortSignal.abort() })).rejects.toThrow(/was stopped$/);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
