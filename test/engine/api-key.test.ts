import { describe, expect, it } from "vitest";
import { sample } from "../sample";
import { given, withStack } from "./stack";

const apiKey = "om-test-key-never-to-be-seen";
const acme = { key: "acme", displayName: "Acme", metadata: { plan: "pro" } };

/** Everything that a run leaves for people or machines to read: logs at the highest level among it. */
const loud = { logVerbosity: 9, logToStdErr: true } as const;

/**
 * The engine's own log, at this level, of the configuration that it hands to every provider. It prints secrets in clear
 * (Pulumi 3.259), before this provider has a word in it; README says how to keep the key out of there.
 */
const engineLogsConfiguration = /Marshaling property for RPC\[Provider\[\w+\]\.Configure\(\)\.inputs\]/;

describe("the API key", () => {
  it.each(
    sample([
      { where: "the stack's configuration", tolerated: engineLogsConfiguration },
      { where: "the environment", tolerated: undefined },
    ]),
  )("from $where is in no state, log or message, even when the server echoes it", async ({ where, tolerated }) => {
    await withStack(
      async (test) => {
        if (where === "the environment") test.stack.workspace.envVars.OPENMETER_API_KEY = apiKey;
        else await test.stack.setConfig("openmeter:apiKey", { value: apiKey, secret: true });
        const read: string[] = [];
        const keep = (result: { stdout: string; stderr: string }) => read.push(result.stdout, result.stderr);

        keep(await test.up({ acme }, { ...loud, unsettledBecause: "the logs are read" }));
        keep(await test.stack.refresh(loud));
        for (const status of [400, 500]) {
          test.emulator.faults.add({ kind: "status", status, echoRequest: true, times: 2 });
          read.push(await test.failingUp({ acme: { ...acme, displayName: `Acme ${status}` } }, loud));
          test.emulator.faults.clear();
        }
        test.emulator.faults.add({
          kind: "alter",
          change: (answer) =>
            Array.isArray(answer) ? answer.map((one) => ({ ...one, displayName: `Bearer ${apiKey}` })) : answer,
        });
        read.push(await test.failingUp({ acme: { ...acme, displayName: "Acme 2" } }, loud));
        test.emulator.faults.clear();
        test.emulator.faults.add({ kind: "redirect", location: `https://elsewhere.example/?token=${apiKey}` });
        read.push(await test.failingUp({ acme: { ...acme, displayName: "Acme 3" } }, loud));
        test.emulator.faults.clear();

        read.push(await test.stateText());
        expect(read.join("").length).toBeGreaterThan(10_000);
        // Lines, so that a failure shows where the key is and not a hundred thousand lines of log.
        const betraying = read.flatMap((text) => text.split("\n")).filter((line) => line.includes(apiKey));
        expect(betraying.filter((line) => tolerated === undefined || !tolerated.test(line))).toEqual([]);
      },
      { apiKey },
    );
  });

  it("that the stack's configuration holds in clear, and so the state too, draws a warning; a secret one draws none", async () => {
    await withStack(
      async (test) => {
        const says = "openmeter:apiKey is not set as a secret";
        await test.stack.setConfig("openmeter:apiKey", { value: apiKey, secret: true });
        const quiet = { unsettledBecause: "the messages are read" };
        const hidden = await test.up({ acme }, quiet);
        expect(`${hidden.stdout}${hidden.stderr}`).not.toContain(says);
        expect(await test.stateText()).not.toContain(apiKey);
        await test.stack.setConfig("openmeter:apiKey", { value: apiKey, secret: false });
        const clear = await test.up({ acme }, quiet);
        expect(`${clear.stdout}${clear.stderr}`).toContain(says);
        expect(`${clear.stdout}${clear.stderr}`).not.toContain(apiKey);
      },
      { apiKey },
    );
  });

  it("that is wrong is told whole of one resource, with where it comes from, and briefly of the others", async () => {
    await withStack(
      async (test) => {
        const all = { acme, globex: { key: "globex" }, initech: { key: "initech" } };
        await test.stack.setConfig("openmeter:apiKey", { value: apiKey, secret: true });
        await given(test, all);
        test.emulator.faults.add({ kind: "status", status: 401, times: Number.POSITIVE_INFINITY });
        const failed = await test.stack.refresh().catch(String);
        const diagnostics = /Diagnostics:.*?Resources:/s.exec(String(failed))?.[0] ?? "";
        const counted = (text: RegExp) => diagnostics.match(text)?.length;
        expect(counted(/answered 401 Unauthorized.*The API key comes from openmeter:apiKey/g)).toBe(1);
        expect(counted(/run pulumi up once, without --refresh/g)).toBe(1);
        expect(counted(/was not read, for the same reason as subject ".*": 401 Unauthorized\. The state stays/g)).toBe(
          2,
        );
        // What the host prints besides does not say it again.
        expect(counted(/subject ".*": failed \(see its own message\)/g)).toBe(3);
      },
      { apiKey },
    );
  });
});
