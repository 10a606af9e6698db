import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { resourceTypes } from "../../provider/src/contract";
import { command, withCommand } from "./with-command";

const subjects = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `customer-${index}` }));

describe("pulumi-openmeter adopt", () => {
  it("writes the program, and nothing else, to the standard output, after one request that reads", async () => {
    await withCommand(async ({ emulator, run }) => {
      emulator.subjects.upsert({ key: "a", displayName: "A" }, { key: "b" }, { key: "other" });
      const { code, stdout, stderr } = await run("adopt", "--match", "^[ab]$", "--no-protect");
      expect({ code, lines: stdout.split("\n").filter((line) => line.startsWith("new ")) }).toEqual({
        code: 0,
        lines: [
          'new Subject("a", { key: "a", displayName: "A", onExisting });',
          'new Subject("b", { key: "b", onExisting });',
        ],
      });
      expect(stderr).toContain("2 subjects of 3, a Subject each");
      expect(emulator.requests.list().map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /api/v1/subjects"]);
    });
  });

  it("puts more than 100 subjects into one set, unless it is told otherwise", async () => {
    await withCommand(async ({ emulator, run }) => {
      emulator.subjects.upsert(...subjects(101));
      expect((await run("adopt")).stdout).toContain('new SubjectSet(\n  "subjects",');
      expect((await run("adopt", "--single")).stdout).not.toContain("SubjectSet");
      expect((await run("adopt", "--prefix", "customer-1")).stdout).not.toContain("SubjectSet");
      expect((await run("adopt", "--prefix", "customer-1", "--set", "ones")).stdout).toContain('"ones",');
    });
  });

  it("overwrites no file unless it is told to", async () => {
    await withCommand(async ({ emulator, folder, run }) => {
      const file = join(folder, "index.ts");
      await writeFile(file, "mine");
      emulator.subjects.upsert({ key: "a" });
      expect(await run("adopt", "--out", "index.ts")).toEqual({
        code: 2,
        stdout: "",
        stderr: "pulumi-openmeter: index.ts exists; --force overwrites it\n",
      });
      expect(await readFile(file, "utf8")).toBe("mine");
      expect(await run("adopt", "--out", "index.ts", "--force")).toMatchObject({ code: 0, stdout: "" });
      expect(await readFile(file, "utf8")).toContain('new Subject("a", { key: "a", onExisting }, options);');
    });
  });

  it("lists with --check what the states don't declare, and ends with 1 for some and 0 for none", async () => {
    await withCommand(async ({ emulator, folder, run }) => {
      emulator.subjects.upsert({ key: "a" }, { key: "new\nline" }, { key: "b", displayName: "B" });
      const declare = (...keys: string[]) => {
        const resources = keys.map((id) => ({
          type: resourceTypes.subject,
          id,
          outputs: { subjectId: emulator.subjects.get(id)?.id },
        }));
        return writeFile(join(folder, "state.json"), JSON.stringify({ deployment: { resources } }));
      };
      await declare("a");
      const { code, stdout, stderr } = await run("adopt", "--check", "--state", "state.json");
      expect({ code, stdout }).toEqual({ code: 1, stdout: '"b"\n"new\\nline"\n' });
      expect(stderr).toContain("2 of 3 subjects");
      const rest = await run("adopt", "--undeclared", "--state", "state.json", "--prefix", "b");
      expect(rest.stdout).toContain('new Subject("b", { key: "b", displayName: "B", onExisting }, options);');
      await declare("a", "b", "new\nline");
      const declared = await run("adopt", "--check", "--state", "state.json");
      expect(declared).toMatchObject({ code: 0, stdout: "" });
      expect(declared.stderr).toContain(`all 3 subjects of ${emulator.url} are declared by a stack`);
      expect(await run("adopt", "--undeclared", "--state", "state.json")).toMatchObject({ code: 0, stdout: "" });
    });
  });

  it("says with --check of an account with one subject that it is declared", async () => {
    await withCommand(async ({ emulator, folder, run }) => {
      emulator.subjects.upsert({ key: "a" });
      const resources = [
        { type: resourceTypes.subject, id: "a", outputs: { subjectId: emulator.subjects.get("a")?.id } },
      ];
      await writeFile(join(folder, "state.json"), JSON.stringify({ deployment: { resources } }));
      const { stderr } = await run("adopt", "--check", "--state", "state.json");
      expect(stderr).toContain(`the only subject of ${emulator.url} is declared by a stack`);
    });
  });

  it("says which subjects and fields no program can declare, and leaves them out", async () => {
    await withCommand(async ({ emulator, run }) => {
      emulator.subjects.upsert({ key: "big", displayName: "Big", metadata: { n: 1e300 } });
      const { code, stdout, stderr } = await run("adopt", "--no-protect");
      expect(code).toBe(0);
      expect(stdout).toContain('new Subject("big", { key: "big", displayName: "Big", onExisting });');
      expect(stderr).toMatch(/"big": metadata is left out.*metadata\.n is an integer/);
    });
  });

  it.each([
    [["adopt", "--colour"], /Unknown option '--colour'/],
    [["adapt"], /"adapt" is not a command/],
    [[], /^Usage: pulumi-openmeter <command>/],
    [["adopt", "--check", "--state", "nowhere.json"], /nowhere\.json was not read/],
    [["adopt", "--url", "ftp://h"], /not an http or https URL/],
  ])("refuses %j with exit code 2 and no output", async (args, says) => {
    await withCommand(async ({ run }) => {
      expect(await run(...args)).toEqual({ code: 2, stdout: "", stderr: expect.stringMatching(says) });
    });
  });

  it("says after two seconds what it waits for", async () => {
    await withCommand(async ({ emulator, run }) => {
      emulator.faults.add({ kind: "delay", ms: 2_500 });
      const { code, stderr } = await run("adopt");
      expect(code).toBe(0);
      expect(stderr).toContain(`waiting: no answer yet from ${emulator.url} (2 s so far)\n`);
    });
  });

  it("writes JavaScript into a file that is named so", async () => {
    await withCommand(async ({ emulator, folder, run }) => {
      emulator.subjects.upsert({ key: "a" });
      await run("adopt", "--out", "index.js");
      expect(await readFile(join(folder, "index.js"), "utf8")).toContain(
        'const { Subject } = require("pulumi-openmeter");',
      );
    });
  });

  it("shows its help on the standard output", async () => {
    await withCommand(async ({ run }) => {
      for (const args of [["--help"], ["adopt", "--help"]]) {
        expect(await run(...args)).toEqual({
          code: 0,
          stdout: expect.stringMatching(/Usage: pulumi-openmeter/),
          stderr: "",
        });
      }
      expect((await run("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    });
  });

  it("never shows the API key, even when a server echoes it", async () => {
    await withCommand(
      async ({ emulator, run }) => {
        emulator.faults.add({ kind: "status", status: 400, body: { title: "Bad key hush-hush-hush", status: 400 } });
        const { code, stdout, stderr } = await run("adopt");
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
        expect(stderr).toContain("Bad key [API key]");
        expect(stderr).not.toContain("hush");
      },
      {},
      { OPENMETER_API_KEY: "hush-hush-hush" },
    );
  });

  it("leaves out, and names, a subject that contains the API key", async () => {
    await withCommand(
      async ({ emulator, run }) => {
        emulator.subjects.upsert({ key: "a" }, { key: "leak", metadata: { note: "hush-hush-hush" } });
        const { code, stdout, stderr } = await run("adopt", "--no-protect");
        expect(code).toBe(0);
        expect(stdout).toContain('new Subject("a", { key: "a", onExisting });');
        expect(stderr).toContain('1 subject left out, which contains the API key: "leak"');
        expect(`${stdout}${stderr}`).not.toContain("hush");
      },
      {},
      { OPENMETER_API_KEY: "hush-hush-hush" },
    );
  });

  it("ends quietly when its reader has seen enough", async () => {
    await withCommand(async ({ emulator, env, folder }) => {
      emulator.subjects.upsert(...subjects(20_000));
      const child = spawn(process.execPath, [command, "adopt"], { cwd: folder, env });
      let stderr = "";
      child.stderr.on("data", (chunk) => {
        stderr += chunk;
      });
      child.stdout.once("data", () => child.stdout.destroy());
      const code = await new Promise((done) => child.once("close", done));
      expect(code).toBe(0);
      expect(stderr).not.toMatch(/EPIPE|Error/);
    });
  });
});
