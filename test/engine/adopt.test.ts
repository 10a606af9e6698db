import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Emulator } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import { longIt, sample } from "../sample";
import { typeErrors, withProject } from "./adopt-project";

const metadata = {
  plan: "enterprise",
  "odd key": [1, null, { x: true, toString: "text" }],
  toString: "text",
  when: "2024-01-31T10:00:00Z",
  "`$": '"\\\n\u2028',
  ratio: 1 / 7,
  empty: {},
};

/** Subjects that are hard to name, to write, or to reach. */
const odd = [
  ...[
    "a/b",
    "a b",
    "a-b",
    "A",
    "a",
    "ключ",
    "😀",
    "e\u0301",
    "\u00e9",
    "p%2Fq",
    "100%",
    "?x#y&z+w:v",
    "*",
    "...",
    "-1",
    "10",
  ],
  ...[
    "`$" + "{boom}`",
    '"quoted"',
    "it's",
    "back\\slash",
    "tab\there",
    "new\nline",
    "\u202eevil",
    "\u2028",
    "*/",
    "//",
    "a::b",
  ],
  ...["constructor", "__proto__", "toString", "hasOwnProperty", "null", "x".repeat(2_000)],
].map((key, index) => ({
  key,
  ...(index % 2 === 0 && { displayName: index % 4 === 0 ? "" : `It's "№${index}"` }),
  ...(index % 3 !== 0 && { metadata: { ...metadata, index } }),
  ...(index % 5 === 0 && { stripeCustomerId: `cus_${index}` }),
}));

const fill = ({ subjects }: Emulator): void => void subjects.upsert(...odd);

describe("an account that is adopted", () => {
  it.each(
    sample([
      [
        "as a set",
        ["--set", "all"],
        `set "all": ${odd.length} to take over as they are (nothing is sent) of ${odd.length}`,
      ],
      ["as single subjects", ["--single"], 'subject "a/b" will be taken over as it is; nothing is sent'],
    ]),
  )("%s stays as it is, says so before, and is then declared to the last subject", async (_form, form, says) => {
    await withProject(fill, async ({ emulator, program, pulumi, adopt }) => {
      const before = emulator.subjects.list();
      expect(await adopt("--check")).toMatchObject({ code: 1, stdout: expect.stringContaining('"a/b"\n') });
      expect(await adopt(...form, "--out", "index.ts")).toMatchObject({ code: 0 });
      expect(typeErrors(program)).toEqual([]);

      expect((await pulumi("preview")).stdout).toContain(says);
      const up = await pulumi("up", "--yes", "--skip-preview");
      expect(up.code, up.stdout + up.stderr).toBe(0);
      expect(emulator.subjects.list()).toEqual(before);
      expect(emulator.requests.list().filter(({ method }) => method !== "GET")).toEqual([]);

      const again = await pulumi("preview", "--refresh", "--expect-no-changes");
      expect(again.code, again.stdout + again.stderr).toBe(0);
      expect(await adopt("--check")).toMatchObject({ code: 0, stdout: "" });
      emulator.subjects.upsert({ key: "foreign/1" });
      expect(await adopt("--check")).toMatchObject({ code: 1, stdout: '"foreign/1"\n' });
      expect((await adopt("--undeclared", "--single", "--stack", "test")).stdout.match(/key: ".*"/g)).toEqual([
        'key: "foreign/1"',
      ]);
      // Of a stack that is named, the configuration counts, before the environment.
      await pulumi("config", "set", "openmeter:baseUrl", `${emulator.url}/api/v1/subjects`);
      const { code, stderr } = await adopt("--stack", "test");
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`set it to "${emulator.url}"`) });
    });
  });

  longIt(
    "is declared to the last subject also by a set that holds a secret, whose ids are encrypted in the state",
    async () => {
      await withProject(fill, async ({ emulator, program, pulumi, adopt }) => {
        const lines = [
          'import { secret } from "@pulumi/pulumi";',
          'import { SubjectSet } from "pulumi-openmeter";',
          'new SubjectSet("s", { subjects: [{ key: "a", displayName: secret("hunter2") }, { key: "b" }] });',
        ];
        await writeFile(program, lines.join("\n"));
        const up = await pulumi("up", "--yes", "--skip-preview");
        expect(up.code, up.stdout + up.stderr).toBe(0);
        emulator.subjects.upsert({ key: "foreign/1" });
        const { stdout, stderr } = await adopt("--check", "--match", "^(a|b|foreign/1)$");
        expect(stdout).toBe('"foreign/1"\n');
        expect(stdout + stderr).not.toContain("hunter2");
        const state = join(dirname(program), "state.json");
        await pulumi("stack", "export", "--file", state);
        expect(await adopt("--check", "--state", state)).toMatchObject({
          code: 2,
          stdout: "",
          stderr: expect.stringContaining("pulumi stack export --show-secrets"),
        });
        await pulumi("stack", "export", "--show-secrets", "--file", state);
        expect((await adopt("--check", "--prefix", "foreign", "--state", state)).stdout).toBe('"foreign/1"\n');
      });
    },
  );

  longIt("is not set back to what the program says, when somebody changed a subject in between", async () => {
    await withProject(fill, async ({ emulator, pulumi, adopt }) => {
      await adopt("--set", "all", "--out", "index.ts");
      emulator.subjects.upsert({ key: "a/b", displayName: "Renamed in the CRM" });
      const before = emulator.subjects.list();
      expect((await pulumi("preview")).stdout).toMatch(/1 differs from what is declared.*"a\/b" \(displayName\)/);
      const { code, stdout, stderr } = await pulumi("up", "--yes", "--skip-preview");
      expect(code).not.toBe(0);
      expect(stdout + stderr).toMatch(/set "all": "a\/b" exists in OpenMeter, but not as declared.*nothing was sent/);
      expect(emulator.subjects.list()).toEqual(before);

      await adopt("--set", "all", "--out", "index.ts", "--force");
      expect((await pulumi("up", "--yes", "--skip-preview")).code).toBe(0);
      expect(emulator.subjects.list()).toEqual(before);
    });
  });
});
