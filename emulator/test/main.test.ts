import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { afterEach, expect, test } from "vitest";

const MAIN = resolve(__dirname, "../src/main.ts");
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) {
    child.kill("SIGKILL");
  }
});

/** The command, run as `npm run emulator` runs it. */
class Run {
  output = "";
  readonly exit: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(...args: string[]) {
    this.#child = spawn(process.execPath, ["--import", "tsx", MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    running.add(this.#child);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
    this.exit = once(this.#child, "close").then(([code]) => {
      running.delete(this.#child);
      return code;
    });
  }

  async waitFor(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.output);
      if (found !== null) {
        return found[1] ?? found[0];
      }
      if (!running.has(this.#child)) {
        throw new Error(`ended without ${pattern}: ${this.output}`);
      }
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

// Windows has no signals: there, a process that is killed gets no word in.
const signals = process.platform === "win32" ? [] : (["SIGINT", "SIGTERM"] as const);

test.each(signals)("serves, logs each request, and ends cleanly on %s", async (signal) => {
  const run = new Run("--port", "0", "--api-key", "secret");
  const url = await run.waitFor(/export OPENMETER_URL=(\S+)\n/);
  expect(run.output.split("\n")[0]).toContain(url);
  expect(run.output).not.toContain("secret");
  const response = await fetch(`${url}/api/v1/subjects`, {
    method: "POST",
    headers: { authorization: "Bearer secret", "content-type": "application/json" },
    body: '[{"key":"a"},{"key":"b"}]',
  });
  expect(response.status).toBe(200);
  await run.waitFor(/^POST \/api\/v1\/subjects 200 [\d.]+ ms, 2 subjects$/m);
  run.kill(signal);
  expect(await run.exit).toBe(0);
});

test("--subject-hook and --stripe switch both on", async () => {
  const run = new Run("--port", "0", "--subject-hook", "--stripe");
  const url = await run.waitFor(/export OPENMETER_URL=(\S+)\n/);
  const headers = { "content-type": "application/json" };
  const body = '[{"key":"a","stripeCustomerId":"cus_1"}]';
  await fetch(`${url}/api/v1/subjects`, { method: "POST", headers, body });
  const linked = await fetch(`${url}/api/v1/customers/a/stripe`);
  expect(await linked.json()).toMatchObject({ stripeCustomerId: "cus_1" });
});

test("a port in use is an error that names the remedy", async () => {
  const blocker = createServer().listen(0, "127.0.0.1");
  try {
    await once(blocker, "listening");
    const address = blocker.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const run = new Run("--port", String(port));
    expect(await run.exit).toBe(2);
    expect(run.output).toBe(`Port ${port} is in use. Choose another, or any free one: --port 0\n`);
  } finally {
    blocker.close();
  }
});

test.each([
  [["--nonsense"], "--nonsense"],
  [["--port", "http"], "--port takes a whole number"],
  [["--port", "65536"], "--port takes a whole number"],
  [["--latency", "-1"], "--latency"],
])("%j is a usage error", async (args, message) => {
  const run = new Run(...args);
  expect(await run.exit).toBe(2);
  expect(run.output).toContain(message);
});

test("--help shows the options", async () => {
  const run = new Run("--help");
  expect(await run.exit).toBe(0);
  expect(run.output).toMatch(/--port[\s\S]*--host[\s\S]*--api-key[\s\S]*--state[\s\S]*--latency/);
});
