import { describe, expect, it } from "vitest";
import { unknownValue } from "./dynamic-host";
import type { Properties } from "./operations";
import {
  createSet,
  createWithMembers,
  declareSet,
  membersInputs,
  secret,
  setInputs,
  subjectInputs,
  updateWithMembers,
} from "./set-fixtures";
import { withHost } from "./with-host";

const token = "hunter2-and-more";
const inMetadata = { secrets: ["metadata"] };
const inSubjects = { secrets: ["subjects"] };
const secretive: Properties = subjectInputs(
  { key: "acme", displayName: "Acme", metadata: { token, plan: "pro", auth: { user: "acme" } } },
  inMetadata,
);

const failureOf = (operation: Promise<unknown>) =>
  operation.then(
    () => "",
    (error: unknown) => `${error}`,
  );

describe("a secret key of a Subject", () => {
  it("is refused without being told, since Pulumi keeps it in clear as the resource's ID", async () => {
    await withHost(async ({ host, emulator }) => {
      const { failures } = await host.check(subjectInputs({ key: token }, { secrets: ["key"] }));
      expect(failures).toEqual([
        { property: "", reason: expect.stringMatching(/^key is secret, but .*pulumi\.unsecret/) },
      ]);
      expect(JSON.stringify(failures)).not.toContain(token);
      expect(emulator.requests.list()).toEqual([]);
    });
  });
});

describe("a server that echoes what it is sent", () => {
  it("is quoted without API key and secret metadata, whatever the operation", async () => {
    const config = { "openmeter:apiKey": "om-key-never-to-be-seen", "openmeter:maxRetries": "0" };
    await withHost(
      async ({ host, emulator, another }) => {
        const { outputs } = await host.create(secretive);
        const run = await another({ config });
        const detail = `${JSON.stringify(secretive)} ${encodeURIComponent(token)} ${token.slice(0, 12)}…`;
        const body = { title: "Echo", detail: `${detail} Bearer om-key-never-to-be-seen` };
        for (const status of [400, 500]) emulator.faults.add({ kind: "status", status, body, times: 5 });
        const said = await Promise.all([
          failureOf(run.create({ ...secretive, key: "other" })),
          failureOf(run.update("acme", outputs, { ...secretive, displayName: "B" })),
          failureOf(run.read("acme", outputs)),
          failureOf(run.delete("acme", outputs)),
          failureOf(run.set.create(setInputs({ a: { metadata: { token } } }, {}, inSubjects))),
        ]);
        for (const one of said) {
          expect(one).toContain("[secret]");
          expect(one).toContain("[API key]");
        }
        expect(`${said}${run.output}`).not.toMatch(/hunter2|om-key/);
      },
      { config, emulator: { apiKey: "om-key-never-to-be-seen" } },
    );
  });

  it("cannot put an API key into a header that is quoted", async () => {
    const config = { "openmeter:apiKey": "om-key-never-to-be-seen", "openmeter:maxRetries": "0" };
    await withHost(
      async ({ host, emulator }) => {
        emulator.faults.add({
          kind: "status",
          status: 200,
          body: "no",
          contentType: "text/om-key-never-to-be-seen; \u009b31m",
        });
        const message = await failureOf(host.read("acme", { key: "acme" }));
        expect(message).toContain('answered 200 with content of type "text/[API key]');
        expect(message).not.toMatch(/om-key|\p{Cc}/u);
      },
      { config, emulator: { apiKey: "om-key-never-to-be-seen" } },
    );
  });
});

describe("what the engine is given for the state", () => {
  it("marks metadata that others added beside a secret as secret too", async () => {
    await withHost(async ({ host, emulator }) => {
      const { outputs } = await host.create(secretive);
      const moved = { plan: "free", moved: token, auth: { user: "acme", password: token } };
      emulator.subjects.upsert({ key: "acme", metadata: moved });
      const read = await host.read("acme", outputs);
      const sealed = { plan: "free", moved: secret(token), auth: { user: "acme", password: secret(token) } };
      expect(read.outputs.metadata).toEqual(sealed);
      expect(read.inputs?.metadata).toEqual(sealed);
    });
  });

  it("does so too where the server stores something else than it was sent", async () => {
    await withHost(async ({ host, emulator }) => {
      emulator.faults.add({
        kind: "alter",
        change: (answer) =>
          Array.isArray(answer) ? answer.map((one) => ({ ...one, metadata: { moved: token } })) : answer,
      });
      const failure: unknown = await host.create(secretive).catch((error: unknown) => error);
      expect(failure).toMatchObject({ partial: { properties: { metadata: { moved: secret(token) } } } });
    });
  });

  it("leaves metadata without a secret in clear", async () => {
    await withHost(async ({ host, emulator }) => {
      const { outputs } = await host.create({ key: "acme", metadata: { plan: "pro" } });
      emulator.subjects.upsert({ key: "acme", metadata: { plan: "pro", added: "x" } });
      expect((await host.read("acme", outputs)).outputs.metadata).toEqual({ plan: "pro", added: "x" });
    });
  });

  it("marks the ids of a secret set as secret, and those of no other", async () => {
    await withHost(async ({ host: { set } }) => {
      const ids = { subjectIds: secret(expect.stringContaining('"a":"')) };
      const outputs = await createSet(set, setInputs({ a: { metadata: { token } } }, {}, inSubjects));
      expect(outputs).toMatchObject(ids);
      expect((await set.read("customers", outputs)).outputs).toMatchObject(ids);
      expect(await createSet(set, setInputs({ b: {} }))).toMatchObject({
        subjectIds: expect.stringContaining('"b":"'),
      });
    });
  });
});

describe("a set whose keys are secret", () => {
  const marks = { ...inSubjects, secretKeys: true } as const;

  it("is told of in numbers, also where its companion deletes", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const before = await createWithMembers(host, setInputs({ [token]: {}, b: {} }, {}, marks));
      expect(before.members.subjectIds).toEqual(secret(expect.stringContaining(token)));
      const line = 'set "customers": 2 to create of 2\n';
      await expect.poll(() => host.output, { timeout: 30_000 }).toContain(line);
      const run = await another();
      await declareSet(run.set, before.outputs, setInputs({ b: {} }, {}, marks));
      const news = { ...membersInputs(before.outputs), subjectIds: unknownValue };
      const preview = await run.members.check(news, before.members);
      expect(preview.inputs.subjectIds).toEqual(secret(expect.stringContaining('"b":')));
      const { deletePhase } = await updateWithMembers(run, before, setInputs({ b: {} }, {}, marks));
      const removal = 'set "customers": 1 to remove of 2\n';
      await expect.poll(() => run.output, { timeout: 30_000 }).toContain(removal);
      emulator.faults.add({ kind: "status", status: 423, match: { method: "DELETE" } });
      const refused = await failureOf(deletePhase());
      expect(refused).toContain("[secret]: ");
      const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`${token}-${index}`, {}]));
      const { failures } = await run.set.check(setInputs({}, {}, marks), setInputs(many, {}, marks));
      expect(failures).toEqual([
        { property: "", reason: expect.stringContaining("would lose 20 of 20 (their keys are secret)") },
      ]);
      expect(`${host.output}${run.output}${refused}${JSON.stringify(failures)}`).not.toContain(token);
    });
  });
});

describe("names that would repaint a terminal or forge a line", () => {
  const key = "\u001b]0;owned\u0007\u009b31m\u202e\r\nerror: all subjects deleted";

  it("are shown by their codes in summaries, refusals and errors", async () => {
    await withHost(async ({ host, emulator }) => {
      const { set } = host;
      await createSet(set, setInputs({ [key]: {} }, {}, { name: "a\u001b[2J" }));
      const { failures } = await set.check(setInputs({}, { maxDeletions: 0 }), setInputs({ [key]: {} }));
      const { failures: wrong } = await set.check(setInputs({ [key]: { [key]: 1 } }));
      const { failures: single } = await host.check({ key: "k", [key]: 1, metadata: { [key]: "nul\0" } });
      emulator.faults.add({ kind: "status", status: 400, body: { title: key, detail: key } });
      const refused = await failureOf(host.create({ key }));
      await expect.poll(() => host.output, { timeout: 30_000 }).toContain("1 to create of 1");
      const reasons = [...failures, ...wrong, ...single].map(({ property, reason }) => `${property}${reason}`);
      expect(reasons).toHaveLength(4);
      for (const said of [...reasons, refused, ...host.output.trimEnd().split("\n")]) {
        expect(said).not.toMatch(/\p{Cc}|[\u202a-\u202e]/u);
      }
    });
  });
});

describe("names that JavaScript knows", () => {
  const names = ["constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "__defineGetter__"];

  it("are keys like others, of subjects and in metadata", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const run = await another();
      for (const key of [...names, "__proto__"]) {
        const metadata = Object.fromEntries(names.map((name) => [name, { [name]: name }]));
        const checked = await host.check({ key, metadata });
        expect(checked.failures).toEqual([]);
        const { id, outputs } = await host.create(checked.inputs);
        expect(id).toBe(key);
        expect(emulator.subjects.get(key)).toMatchObject({ key, metadata });
        expect((await host.read(key, outputs)).outputs).toEqual(outputs);
        expect((await host.diff(key, outputs, checked.inputs)).changes).toBe(false);
        await run.delete(key, outputs);
        expect(emulator.subjects.get(key)).toBeUndefined();
      }
    });
  });

  it("are keys like others in a set", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const subjects = JSON.parse(
        `{"__proto__":{"displayName":"P"},"constructor":{"metadata":{"toString":"x"}},"a":{}}`,
      );
      const state = await createWithMembers(host, setInputs(subjects));
      const { outputs } = state;
      expect(emulator.subjects.get("__proto__")).toMatchObject({ displayName: "P" });
      expect(emulator.subjects.get("constructor")).toMatchObject({ metadata: { toString: "x" } });
      expect((await host.set.read("customers", outputs)).outputs).toEqual(outputs);
      const run = await another();
      await (await updateWithMembers(run, state, setInputs({}, { maxDeletions: 3 }))).deletePhase();
      expect(emulator.subjects.list()).toEqual([]);
    });
  });

  it("change nothing where a server answers with them", async () => {
    await withHost(async ({ host, emulator }) => {
      const { outputs } = await host.create({ key: "acme", displayName: "Acme" });
      const poison =
        '{"__proto__":{"displayName":"owned","polluted":true},"constructor":{"prototype":{"polluted":true}}}';
      emulator.faults.add({
        kind: "alter",
        times: 2,
        change: (answer) =>
          JSON.parse(JSON.stringify(answer).replace('"metadata":{}', `"metadata":${poison},${poison.slice(1, -1)}`)),
      });
      expect(await host.read("acme", outputs)).toMatchObject({ outputs: { key: "acme", displayName: "Acme" } });
      const found = await host.read("acme");
      expect(found.outputs).toMatchObject({ key: "acme", displayName: "Acme" });
      expect(Reflect.get({}, "polluted")).toBeUndefined();
      const { failures } = await host.check({ key: "fine" });
      expect(failures).toEqual([]);
    });
  });
});
