import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server, Socket } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { RunFacts } from "../../../provider/src/run/facts";
import { ownFolder } from "../own-folder";

const engine = "127.0.0.1:4711";
const account = { baseUrl: "http://one.test", apiKey: "om-key-never-to-be-seen", isStack: true };
const other = { baseUrl: "http://two.test", isStack: false };
const isNameless = vi.hoisted(() => ({ value: false }));

vi.mock("node:os", async (original) => {
  const os = await original<typeof import("node:os")>();
  const nameless = () => {
    throw new Error("A system error occurred: uv_os_get_passwd returned ENOENT (no such file or directory)");
  };
  return {
    ...os,
    get userInfo() {
      return isNameless.value ? nameless : os.userInfo;
    },
  };
});

const folder = ownFolder();

afterEach(() => {
  isNameless.value = false;
  vi.restoreAllMocks();
});

/** The folder that the runs of this user have in common. */
function shared(): string {
  return join(folder(), readdirSync(folder())[0] ?? "");
}

describe("what a process notes", () => {
  it("is seen by the others of the run, and by those of no other", () => {
    const program = RunFacts.begin(engine);
    const [one, two] = [RunFacts.join(engine), RunFacts.join(engine)];
    one.noteDeclared(account, "subject", ["a", "b"]);
    two.noteSettled("urn:set");
    program.noteConstructed(undefined, "subject", ["c"], ["urn:c"]);
    const seen = one.read();
    expect(seen.isDeclared(account, "subject", "b")).toBe(true);
    expect(seen.isDeclared(account, "subject", "c")).toBe(false);
    expect(seen.isDeclared(other, "subject", "a")).toBe(false);
    expect(seen.isDeclared(account, "customer", "a")).toBe(false);
    expect(seen.isSettled("urn:set")).toBe(true);
    expect(seen.isSettled("urn:other")).toBe(false);
    expect(seen.isConstructedByAnother(account, "subject", "c", "urn:d")).toBe(true);
    const { isDeclared } = RunFacts.join("127.0.0.1:4712").read();
    expect(isDeclared(account, "subject", "a")).toBe(false);
  });

  it("as constructed keeps a key from all but its owner, under each of its names", () => {
    const facts = RunFacts.begin(engine);
    facts.noteConstructed(undefined, "subject", ["a", "b"], ["urn:new", "urn:old"]);
    const { isConstructedByAnother } = facts.read();
    expect(isConstructedByAnother(account, "subject", "a", "urn:new")).toBe(false);
    expect(isConstructedByAnother(account, "subject", "a", "urn:old")).toBe(false);
    expect(isConstructedByAnother(account, "subject", "a", "urn:x")).toBe(true);
    expect(isConstructedByAnother(account, "subject", "a", undefined)).toBe(true);
    expect(isConstructedByAnother(account, "customer", "a", "urn:x")).toBe(false);
    // With a second owner, each is another to the other.
    facts.noteConstructed(undefined, "subject", ["a"], ["urn:second"]);
    expect(facts.read().isConstructedByAnother(account, "subject", "a", "urn:new")).toBe(true);
  });

  it.skipIf(process.platform === "win32")("is noted by a user without a name, as many containers have", () => {
    isNameless.value = true;
    RunFacts.begin(engine).noteDeclared(account, "subject", ["a"]);
    expect(RunFacts.join(engine).read().isDeclared(account, "subject", "a")).toBe(true);
  });

  it("is seen also after it has been looked for in vain", () => {
    const facts = RunFacts.begin(engine);
    expect(facts.read().isDeclared(account, "subject", "a")).toBe(false);
    facts.noteDeclared(account, "subject", ["a"]);
    expect(facts.read().isDeclared(account, "subject", "a")).toBe(true);
    expect(facts.read()).toBe(facts.read());
  });

  it("can be read by nobody else, and shows no key", () => {
    RunFacts.begin(engine).noteDeclared(account, "subject", ["hunter2"]);
    const [file = ""] = readdirSync(shared());
    expect(readFileSync(join(shared(), file), "utf8")).not.toMatch(/hunter2|one.test|never-to-be-seen/);
    if (process.platform !== "win32") {
      expect(statSync(join(shared(), file)).mode & 0o077).toBe(0);
    }
  });

  it.skipIf(process.platform !== "linux")("leaves no file open, however much is noted", () => {
    const facts = RunFacts.begin(engine);
    const open = () => readdirSync("/proc/self/fd").length;
    const before = open();
    for (let count = 0; count < 50; count++) {
      facts.noteDeclared(account, "subject", [`key-${count}`]);
    }
    expect(open()).toBeLessThan(before + 25);
  });
});

describe("what a program has constructed with other providers", () => {
  const [eu, us] = [
    { baseUrl: "https://eu.test", apiKey: "a", isStack: false },
    { baseUrl: "https://us.test", apiKey: "a", isStack: false },
  ];
  /** Another key of the same address: perhaps of the same account, perhaps of another. */
  const [cloudOne, cloudTwo] = [
    { baseUrl: "https://cloud.test", apiKey: "a", isStack: false },
    { baseUrl: "https://cloud.test", apiKey: "b", isStack: false },
  ];

  it.each([
    ["of the same account", eu, eu, true],
    ["of another address", eu, us, false],
    ["of another key of the same address, in doubt", cloudOne, cloudTwo, true],
    ["of the stack's configuration, of which the program need not know the address, in doubt", undefined, eu, true],
    ["of a provider at the stack's address, in doubt", eu, { ...eu, isStack: true }, true],
    ["of a provider at another address than the stack's", eu, { ...us, isStack: true }, false],
  ])("keeps a key from a process %s: %s, %s", (_what, constructed, asking, isKept) => {
    const facts = RunFacts.begin(engine);
    facts.noteConstructed(constructed, "subject", ["a"], ["urn:a"]);
    expect(facts.read().isConstructedByAnother(asking, "subject", "a", "urn:b")).toBe(isKept);
    expect(facts.read().isConstructed("subject", "a")).toBe(true);
    expect(facts.read().isConstructed("subject", "b")).toBe(false);
  });

  it("keeps a key even from the resource itself where it has another account than that of the process, until it has told", () => {
    const facts = RunFacts.begin(engine);
    facts.noteConstructed(cloudTwo, "subject", ["a"], ["urn:a", "urn:alias"]);
    const isKept = (account: typeof eu, urn: string) =>
      facts.read().isConstructedByAnother(account, "subject", "a", urn);
    expect([isKept(cloudOne, "urn:a"), isKept(cloudOne, "urn:alias")]).toEqual([true, true]);
    expect([isKept(cloudTwo, "urn:a"), isKept(us, "urn:a")]).toEqual([false, false]);
    facts.noteHeld("urn:a", []);
    expect([isKept(cloudOne, "urn:a"), isKept(cloudOne, "urn:alias")]).toEqual([false, false]);
  });

  it("is in doubt at every address where its account never became known", () => {
    const facts = RunFacts.begin(engine);
    facts.noteConstructed("unknown", "subject", ["a"], ["urn:a"]);
    const isKept = (account: typeof eu, urn: string) =>
      facts.read().isConstructedByAnother(account, "subject", "a", urn);
    expect([isKept(eu, "urn:b"), isKept({ ...us, isStack: true }, "urn:a")]).toEqual([true, true]);
    facts.noteHeld("urn:a", []);
    expect([isKept(eu, "urn:b"), isKept({ ...us, isStack: true }, "urn:a")]).toEqual([false, false]);
  });

  it("is in doubt no more once it has told which records it has", () => {
    const facts = RunFacts.begin(engine);
    facts.noteConstructed(cloudOne, "subject", ["a"], ["urn:a", "urn:alias"]);
    facts.noteHeld("urn:a", []);
    expect(facts.read().isConstructedByAnother(cloudTwo, "subject", "a", "urn:b")).toBe(false);
    expect(facts.read().isConstructedByAnother(cloudOne, "subject", "a", "urn:b")).toBe(true);
  });

  it("stays in doubt about keys that are attributed to it, which its records do not tell", () => {
    const facts = RunFacts.begin(engine);
    facts.noteConstructed(cloudOne, "attributed subject", ["a"], ["urn:a"]);
    facts.noteHeld("urn:a", ["01A"]);
    const isKept = (account: typeof eu, urn: string) =>
      facts.read().isAttributedByAnother(account, "attributed subject", "a", urn);
    expect([isKept(cloudTwo, "urn:b"), isKept(cloudTwo, "urn:a"), isKept(cloudOne, "urn:b")]).toEqual([
      true,
      true,
      true,
    ]);
    expect([isKept(cloudOne, "urn:a"), isKept(us, "urn:b")]).toEqual([false, false]);
  });

  it("is known to have one key and not another one, where it is surely of this account", () => {
    const facts = RunFacts.begin(engine);
    for (const [account, key, urn] of [
      [eu, "a", "urn:a"],
      [us, "b", "urn:b"],
      ["unknown", "c", "urn:c"],
      [undefined, "d", "urn:d"],
    ] as const) {
      facts.noteConstructed(account, "attributed subject", [key, `of ${key}`], [urn, "urn:alias"]);
      facts.noteConstructed(account, "told customer", [key], [urn, "urn:alias"]);
    }
    const isWithout = (account: typeof eu, key: string, attributed: string) =>
      facts
        .read()
        .isConstructedWithout(
          account,
          { space: "told customer", key },
          { space: "attributed subject", key: attributed },
        );
    expect(["x", "a", "of a"].map((attributed) => isWithout(eu, "a", attributed))).toEqual([true, false, false]);
    expect(["b", "c", "d", "e"].map((key) => isWithout(eu, key, "x"))).toEqual([false, false, false, false]);
    expect(["d", "a"].map((key) => isWithout({ ...eu, isStack: true }, key, "x"))).toEqual([true, true]);
  });

  it("stays in doubt where it has told only that its members are up to date", () => {
    const facts = RunFacts.begin(engine);
    facts.noteConstructed(cloudOne, "subject", ["a"], ["urn:a"]);
    facts.noteSettled("urn:a");
    expect(facts.read().isConstructedByAnother(cloudTwo, "subject", "a", "urn:b")).toBe(true);
  });

  it("keeps its records, whatever account the process that deletes takes itself for", () => {
    const facts = RunFacts.begin(engine);
    facts.noteHeld("urn:a", ["01A", "an odd id"]);
    facts.noteHeld("urn:b", ["01B"]);
    const { isHeld } = facts.read();
    expect(["01A", "an odd id", "01B", "01C"].map((id) => isHeld(id))).toEqual([true, true, true, false]);
    facts.noteHeld("urn:a", ["01A"]);
    expect(["01A", "an odd id", "01B"].map((id) => facts.read().isHeld(id))).toEqual([true, false, true]);
  });
});

describe("a run", () => {
  it("of which nobody has begun the file has no facts, and none are noted: a preview", () => {
    const facts = RunFacts.join(engine);
    facts.noteDeclared(account, "subject", ["a"]);
    expect(facts.read().isDeclared(account, "subject", "a")).toBe(false);
    expect(readdirSync(folder())).toEqual([]);
    expect(facts.hasBegun()).toBe(false);
    RunFacts.begin(engine);
    expect(facts.read().isDeclared(account, "subject", "a")).toBe(false);
    expect(facts.hasBegun()).toBe(true);
  });

  it("of which the folder is somebody's file has no facts, either", () => {
    RunFacts.begin(engine);
    const facts = RunFacts.join(engine);
    const path = shared();
    rmSync(path, { recursive: true });
    writeFileSync(path, "");
    facts.noteDeclared(account, "subject", ["a"]);
    expect(facts.read().isDeclared(account, "subject", "a")).toBe(false);
  });

  it("without an engine, as in a program's own tests, notes what it declares, too", () => {
    const facts = RunFacts.begin("");
    facts.noteDeclared(account, "subject", ["a"]);
    expect(RunFacts.join("").read().isDeclared(account, "subject", "a")).toBe(true);
    expect(() => RunFacts.begin(engine)).not.toThrow();
  });

  it("begins without what an earlier one at the same address has left", () => {
    RunFacts.begin(engine).noteDeclared(account, "subject", ["a"]);
    expect(RunFacts.begin(engine).read().isDeclared(account, "subject", "a")).toBe(false);
  });

  it("whose file cannot be read deletes nothing: reading throws", () => {
    const facts = RunFacts.begin(engine);
    const [file = ""] = readdirSync(shared());
    rmSync(join(shared(), file));
    mkdirSync(join(shared(), file));
    expect(() => facts.read()).toThrow(/EISDIR/);
  });

  it.skipIf(process.platform === "win32")("refuses a folder that somebody else can write to", () => {
    RunFacts.begin(engine);
    chmodSync(shared(), 0o777);
    expect(() => RunFacts.begin(engine)).toThrow(/belongs to somebody else; remove it, or set TMPDIR/);
  });

  it.skipIf(process.platform === "win32")("refuses a folder that somebody else has made", () => {
    vi.spyOn(process, "getuid").mockReturnValue(4711);
    expect(() => RunFacts.begin(engine)).toThrow(/belongs to somebody else; remove it, or set TMPDIR/);
  });

  it("takes any folder where the system has no owners, as Windows", () => {
    const getuid = Object.getOwnPropertyDescriptor(process, "getuid");
    Object.defineProperty(process, "getuid", { ...getuid, value: undefined });
    try {
      RunFacts.begin(engine);
      chmodSync(shared(), 0o777);
      expect(() => RunFacts.begin(engine)).not.toThrow();
    } finally {
      Object.defineProperty(process, "getuid", { ...getuid });
    }
  });

  it("removes the files of runs whose engine does not answer any more, and no others", async () => {
    RunFacts.begin(engine);
    const server = await listening();
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const hungUp = vi.fn();
    server.on("connection", (socket) => socket.on("end", hungUp).resume());
    try {
      writeFileSync(join(shared(), `127.0.0.1_${port}`), "");
      writeFileSync(join(shared(), "127.0.0.1_1"), "");
      RunFacts.begin(engine);
      await vi.waitFor(() => expect(readdirSync(shared())).not.toContain("127.0.0.1_1"));
      expect(readdirSync(shared()).sort()).toEqual(["127.0.0.1_4711", `127.0.0.1_${port}`].sort());
      expect(existsSync(join(shared(), "127.0.0.1_4711"))).toBe(true);
      await vi.waitFor(() => expect(hungUp).toHaveBeenCalled());
    } finally {
      server.close();
    }
  });

  it("does not mind if another one that begins at the same time has removed such a file", async () => {
    RunFacts.begin(engine);
    writeFileSync(join(shared(), "127.0.0.1_1"), "");
    const failed = vi.fn();
    process.on("uncaughtException", failed);
    const removed = vi.spyOn(Socket.prototype, "destroy");
    try {
      RunFacts.begin(engine);
      rmSync(join(shared(), "127.0.0.1_1"));
      await vi.waitFor(() => expect(removed).toHaveBeenCalled());
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(failed).not.toHaveBeenCalled();
    } finally {
      process.off("uncaughtException", failed);
    }
  });
});

function listening(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
