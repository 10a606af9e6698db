import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EnsureOptions, ensureEngine } from "./ensure";
import { engineFolder, type Machine, type MadeFrom, programFile } from "./location";
import { EngineUnavailableError } from "./unavailable";
import { ENGINE_VERSION } from "./version";
import type { Site, Way } from "./way";

let folder: string;
let cacheDir: string;
let said: string[];
let made: MadeFrom[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "engine-"));
  cacheDir = path.join(folder, "cache");
  said = [];
  made = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const PLUGINS = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];
const here: Machine = { platform: process.platform, arch: process.arch, env: {}, home: "/nowhere" };
const engineBin = (from: MadeFrom) => path.join(cacheDir, engineFolder(here, from), "bin");

async function writePrograms(bin: string, names: readonly string[]): Promise<void> {
  await mkdir(bin, { recursive: true });
  await Promise.all(
    names.map((name) => writeFile(path.join(bin, programFile(name, here.platform)), "", { mode: 0o755 })),
  );
}

const fill = ({ root }: Site) => writePrograms(path.join(root, "bin"), ["pulumi", ...PLUGINS]);

function way(from: MadeFrom, make: (site: Site) => Promise<void> = fill): Way {
  return {
    from,
    title: `${from} way`,
    make: async (site) => {
      made.push(from);
      await make(site);
    },
  };
}

const closed = (reason: string) => async () => {
  throw new Error(reason);
};

/** With a `pulumi` that answers where there is a file, and says `version`. */
function options(ways: readonly Way[], version = `v${ENGINE_VERSION}`): EnsureOptions {
  const askVersion = async (binary: string) => {
    if (!(await readdir(path.dirname(binary))).includes(path.basename(binary))) throw new Error("no such program");
    return `${version}\n`;
  };
  return { cacheDir, ways, askVersion, machine: here, pollMs: 20, say: (line) => said.push(line) };
}

function onPath(bin: string, opts: EnsureOptions): EnsureOptions {
  return { ...opts, machine: { ...here, env: { PATH: bin } } };
}

describe("the engine on PATH", () => {
  it("is taken when it is new enough and complete", async () => {
    const bin = path.join(folder, "bin");
    await writePrograms(bin, ["pulumi", ...PLUGINS]);
    const engine = await ensureEngine(onPath(bin, options([way("go")], "v3.216.0")));
    expect(engine).toMatchObject({ source: "path", version: "3.216.0", binDir: bin });
    expect(made).toEqual([]);
  });

  it.skipIf(process.platform === "win32")("may be a link to a complete installation", async () => {
    const bin = path.join(folder, "bin");
    await writePrograms(path.join(folder, "opt"), ["pulumi", ...PLUGINS]);
    await mkdir(bin);
    await symlink(path.join(folder, "opt", "pulumi"), path.join(bin, "pulumi"));
    expect(await ensureEngine(onPath(bin, options([])))).toMatchObject({ source: "path", binDir: bin });
  });

  it.each([
    ["is too old", ["pulumi", ...PLUGINS], "v3.215.0", /pulumi is 3\.215\.0, older than 3\.216\.0/],
    ["says no version", ["pulumi", ...PLUGINS], "", /says its version is ""/],
    ["lacks the language host", ["pulumi", PLUGINS[1] ?? ""], "v3.300.0", /lacks pulumi-language-nodejs, beside it/],
    ["lacks both plugins", ["pulumi"], "v3.300.0", /lacks pulumi-language-nodejs and pulumi-resource-pulumi-nodejs/],
    ["is not there", [], "v3.300.0", /pulumi on PATH: there is none/],
  ])("is passed over when it %s", async (_title, programs, version, reason) => {
    const bin = path.join(folder, "bin");
    await writePrograms(bin, programs);
    const attempt = ensureEngine(onPath(bin, options([], version)));
    await expect(attempt).rejects.toThrow(EngineUnavailableError);
    await expect(attempt).rejects.toThrow(reason);
  });
});

describe("making an engine", () => {
  it("prefers the official download, and keeps it", async () => {
    const engine = await ensureEngine(options([way("official"), way("go")]));
    expect(engine).toMatchObject({ source: "official", version: ENGINE_VERSION, binDir: engineBin("official") });
    expect(await ensureEngine(options([way("official"), way("go")]))).toMatchObject({ source: "official" });
    expect(made).toEqual(["official"]);
    expect(await readdir(cacheDir)).toEqual([engineFolder(here, "official")]);
  });

  it("builds where the download is out of reach, and then keeps to what it built", async () => {
    const out = way("official", closed("the host cannot be reached"));
    expect(await ensureEngine(options([out, way("go")]))).toMatchObject({ source: "go", binDir: engineBin("go") });
    expect(said).toEqual(["No official way: the host cannot be reached"]);
    expect(await ensureEngine(options([way("official"), way("go")]))).toMatchObject({ source: "go" });
    expect(made).toEqual(["official", "go"]);
  });

  it("names every way and its reason when none leads to an engine", async () => {
    const ways = [way("official", closed("out of reach")), way("go", closed("Go 1.20.0 is older than 1.25.0"))];
    await expect(ensureEngine(options(ways))).rejects.toMatchObject({
      attempts: [
        { way: "pulumi on PATH", reason: "there is none" },
        { way: "official way", reason: "out of reach" },
        { way: "go way", reason: "Go 1.20.0 is older than 1.25.0" },
      ],
    });
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it("does not keep what answers as another version, or is incomplete", async () => {
    await expect(ensureEngine(options([way("go")], "v3.1.0"))).rejects.toThrow(/go way: it says .* "v3\.1\.0"/);
    const half = way("go", ({ root }) => writePrograms(path.join(root, "bin"), ["pulumi"]));
    await expect(ensureEngine(options([half]))).rejects.toThrow(/go way: it came without pulumi-language-nodejs and/);
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it("replaces a kept engine that does not answer any more", async () => {
    await writePrograms(engineBin("go"), PLUGINS);
    expect(await ensureEngine(options([way("go")]))).toMatchObject({ source: "go" });
    expect(made).toEqual(["go"]);
  });

  it("says when its folder cannot be written", async () => {
    await writeFile(cacheDir, "a file where a folder should be");
    await expect(ensureEngine(options([way("go")]))).rejects.toThrow(/folder .*cache: EEXIST/);
  });
});

describe("several at once, and accidents", () => {
  it("makes one engine for two that need it at the same time", async () => {
    const slow = way("go", async (site) => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      await fill(site);
    });
    const engines = await Promise.all([ensureEngine(options([slow])), ensureEngine(options([slow]))]);
    expect(engines.map((engine) => engine.source)).toEqual(["go", "go"]);
    expect(made).toEqual(["go"]);
    expect(said).toEqual(["Another process is making the engine; waiting for it."]);
  });

  it("leaves nothing of a build that fails half-way, and builds the next time", async () => {
    const dying = way("go", async ({ root, scratch }) => {
      await writePrograms(path.join(root, "bin"), ["pulumi"]);
      await writeFile(path.join(scratch, "object"), "");
      throw new Error("killed");
    });
    await expect(ensureEngine(options([dying]))).rejects.toThrow(/killed/);
    expect(await readdir(cacheDir)).toEqual([]);
    expect(await ensureEngine(options([way("go")]))).toMatchObject({ source: "go" });
  });

  it("clears away what a killed process left, and takes its lock over", async () => {
    await writePrograms(path.join(cacheDir, ".staging-dead", "engine", "bin"), ["pulumi", ...PLUGINS]);
    const lock = path.join(cacheDir, "engine.lock");
    await mkdir(lock);
    const minuteAgo = new Date(Date.now() - 60_000);
    await utimes(lock, minuteAgo, minuteAgo);
    expect(await ensureEngine(options([way("go")]))).toMatchObject({ source: "go" });
    expect(made).toEqual(["go"]);
    expect(await readdir(cacheDir)).toEqual([engineFolder(here, "go")]);
  });

  it("tells the build to stop and cleans up on a signal, tries no other way, and passes the signal on", async () => {
    let signals = 0;
    const passedOn = () => {
      signals += 1;
    };
    const interrupted = way("official", async ({ signal }) => {
      process.emit("SIGTERM", "SIGTERM");
      signal.throwIfAborted();
    });
    // With a listener of somebody else's, the signal that is passed on does not end this process.
    process.on("SIGTERM", passedOn);
    try {
      await expect(ensureEngine(options([interrupted, way("go")]))).rejects.toThrow("stopped by SIGTERM");
      expect(made).toEqual(["official"]);
      expect(await readdir(cacheDir)).toEqual([]);
      await expect.poll(() => signals).toBe(2);
    } finally {
      process.off("SIGTERM", passedOn);
    }
  });
});
