import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { type TestStack, withStack } from "./stack";

const run = promisify(execFile);

const token = "hush-hush-token-0123456789";
const apiKey = "om-test-key-never-to-be-seen";

/** Secrets wherever a program can have them: in one field, deep in another, in one subject of a set, in a whole list. */
const program = `
  const { secret } = require("@pulumi/pulumi");
  const { Subject, SubjectSet } = require("pulumi-openmeter");
  const token = process.env.TOKEN;
  const acme = new Subject("acme", {
    key: "acme",
    displayName: process.env.DISPLAY_NAME,
    stripeCustomerId: secret("cus_" + token),
    metadata: { plan: "pro", auth: { token: secret(token), pins: [secret(271828459)] } },
  });
  const customers = new SubjectSet("customers", {
    subjects: [{ key: "customer-1", metadata: { token: secret(token) } }, { key: "customer-2", displayName: process.env.DISPLAY_NAME }],
  });
  const hidden = new SubjectSet("hidden", { subjects: secret([{ key: token, displayName: "hush-hush" }]) });
  exports.metadata = acme.metadata;
  exports.ids = customers.subjectIds;
  exports.hiddenIds = hidden.subjectIds;`;

/** The CLI as a person runs it, with all that it writes. */
function commandLine({ stack, folder }: TestStack) {
  const written: string[] = [];
  const env = {
    ...process.env,
    ...stack.workspace.envVars,
    PULUMI_HOME: stack.workspace.pulumiHome,
    OPENMETER_API_KEY: apiKey,
  };
  const pulumi = async (args: readonly string[], variables: Record<string, string> = {}) => {
    const options = {
      cwd: folder,
      env: { ...env, TOKEN: token, DISPLAY_NAME: "Acme", ...variables },
      maxBuffer: 2 ** 26,
    };
    const { stdout, stderr, failed } = await run(
      "pulumi",
      [...args, "--non-interactive", "--stack", stack.name],
      options,
    ).then(
      (done) => ({ ...done, failed: false }),
      (error: { stdout: string; stderr: string }) => ({ ...error, failed: true }),
    );
    written.push(stdout, stderr);
    return { text: `${stdout}\n${stderr}`, failed };
  };
  return { pulumi, written };
}

describe("secret values and the API key", () => {
  // A dozen commands, one after the other.
  it("are in nothing that any command writes, nor in clear in the state, whatever the server says", {
    timeout: 900_000,
  }, async () => {
    await withStack(
      async (test) => {
        const { pulumi, written } = commandLine(test);
        await writeFile(join(test.folder, "index.js"), program);
        const succeeds = async (args: readonly string[], variables = {}) => {
          const { text, failed } = await pulumi(args, variables);
          expect(failed, text).toBe(false);
          return text;
        };
        expect(await succeeds(["preview", "--diff"])).toContain('set "hidden": 1 to create of 1');
        await succeeds(["up", "--yes", "--skip-preview"]);
        expect(test.emulator.subjects.get("acme")?.metadata).toEqual({
          plan: "pro",
          auth: { token, pins: [271828459] },
        });
        expect(test.emulator.subjects.get(token)?.displayName).toBe("hush-hush");
        expect(await succeeds(["up", "--yes", "--skip-preview", "--show-sames", "--diff"])).not.toContain(" to update");

        test.emulator.subjects.upsert(
          { key: "acme", metadata: { plan: "free", moved: token, auth: { token: `${token}-2`, copy: token } } },
          { key: "customer-1", metadata: { token: `${token}-2` } },
        );
        expect(await succeeds(["preview", "--refresh", "--diff"])).toContain("[secret]");
        await succeeds(["refresh", "--yes", "--skip-preview", "--diff"]);
        await succeeds(["preview", "--json"]);
        await succeeds(["preview", "--diff"], { TOKEN: `${token}-3` });
        await succeeds(["stack", "export"]);
        await succeeds(["stack", "output", "--json"]);
        written.push(await test.stateText());

        for (const status of [400, 500]) {
          test.emulator.faults.add({ kind: "status", status, echoRequest: true, match: { method: "POST" }, times: 20 });
        }
        const refused = await pulumi(["up", "--yes", "--skip-preview", "--diff"], { DISPLAY_NAME: "B" });
        expect(refused.failed).toBe(true);
        expect(refused.text).toContain("[API key]");
        expect(refused.text).toMatch(/"displayName":"B".*\[secret\]|\[secret\].*"displayName":"B"/s);
        test.emulator.faults.clear();
        await succeeds(["up", "--yes", "--skip-preview", "--refresh"]);
        await succeeds(["destroy", "--yes", "--skip-preview", "--diff"]);
        expect(test.emulator.subjects.list()).toEqual([]);

        const backups = await readdir(join(test.folder, ".pulumi"), { recursive: true, withFileTypes: true });
        const files = backups.filter((file) => file.isFile());
        expect(files.length).toBeGreaterThan(3);
        for (const file of files) written.push(await readFile(join(file.parentPath, file.name), "utf8"));
        const betraying = written
          .flatMap((text) => text.split("\n"))
          .filter((line) => /hush|271828|om-test-key/.test(line));
        expect(betraying).toEqual([]);
      },
      { apiKey },
    );
  });
});
