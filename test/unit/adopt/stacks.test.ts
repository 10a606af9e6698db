import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { kindsOf } from "../../../provider/src/adopt/adoptable";
import { statesOf } from "../../../provider/src/adopt/stacks";
import { resourceTypes } from "../../../provider/src/contract";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-openmeter-stacks-"));
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env.PATH}`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Puts a `pulumi` on the PATH that exports a state with these ids, and others where secrets are shown. Notes its arguments. */
async function pulumiExports(ids: unknown, shown: unknown): Promise<void> {
  const exported = (subjectIds: unknown) =>
    JSON.stringify({ deployment: { resources: [{ type: resourceTypes.subjectSet, outputs: { subjectIds } }] } });
  const lines = [
    "#!/bin/sh",
    `echo "$@" >> '${folder}/calls'`,
    `case "$*" in *--show-secrets*) printf %s '${exported(shown)}' ;; *) printf %s '${exported(ids)}' ;; esac`,
  ];
  await writeFile(join(folder, "pulumi"), lines.join("\n"));
  await chmod(join(folder, "pulumi"), 0o755);
}

const calls = async () => (await readFile(join(folder, "calls"), "utf8")).trim().split("\n");
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const ids = JSON.stringify({ a: "id of a" });

describe("the state of a stack", () => {
  it("is exported once, without its secrets, when its ids are plain", async () => {
    await pulumiExports(ids, "");
    expect((await statesOf([], ["dev"], kindsOf.subjects.declared)).get("dev")).toEqual(new Map([["a", "id of a"]]));
    expect(await calls()).toEqual(["stack export --stack dev --non-interactive"]);
  });

  it("is exported with its secrets when its ids are secret", async () => {
    await pulumiExports({ ...secret, ciphertext: "x" }, { ...secret, plaintext: JSON.stringify(ids) });
    expect((await statesOf([], ["dev"], kindsOf.subjects.declared)).get("dev")).toEqual(new Map([["a", "id of a"]]));
    expect((await calls()).at(-1)).toBe("stack export --show-secrets --stack dev --non-interactive");
  });
});
