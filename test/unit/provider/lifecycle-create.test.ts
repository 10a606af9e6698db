import { describe, expect, it } from "vitest";
import type { Declaration } from "../../../provider/src/provider/declaration";
import { PartialFailure, SubjectFailure } from "../../../provider/src/provider/failure";
import { SubjectLifecycle } from "../../../provider/src/provider/lifecycle";
import { Run } from "../../../provider/src/provider/run";
import { notFound, problem } from "../openmeter/fake-transport";

import { created, failureOf, start } from "./started-lifecycle";

const key = "customer-42";

describe("create", () => {
  it("is one request with what is declared, and returns the declaration with the server's id", async () => {
    const { lifecycle, server } = start();
    const declaration: Declaration = {
      key,
      displayName: "A",
      metadata: { a: 1 },
      onExisting: "adopt",
      secretFields: ["metadata"],
    };
    const outputs = await lifecycle.create(declaration);
    expect(server.sent.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["POST", "/api/v1/subjects", [{ key, displayName: "A", metadata: { a: 1 } }]],
    ]);
    expect(outputs).toStrictEqual({ ...declaration, subjectId: server.find(key)?.id });
  });

  it("adopts a subject that exists: sets declared fields, leaves others, keeps its record", async () => {
    const { lifecycle, server } = start();
    const existing = server.seed({ key, displayName: "Old", stripeCustomerId: "cus_1", metadata: { a: 1 } });
    const outputs = await lifecycle.create({ key, displayName: "New" });
    expect(server.calls()).toEqual(["POST /api/v1/subjects"]);
    expect(server.find(key)).toEqual({ ...existing, displayName: "New" });
    expect(outputs).toStrictEqual({ key, displayName: "New", subjectId: existing.id });
  });

  it("with onExisting fail looks first, and creates what is not there", async () => {
    const { lifecycle, server } = start();
    await lifecycle.create({ key, onExisting: "fail" });
    expect(server.calls()).toEqual([`GET /api/v1/subjects/${key}`, "POST /api/v1/subjects"]);
  });

  it("with onExisting fail refuses a subject that exists and changes nothing", async () => {
    const { lifecycle, server } = start();
    const existing = server.seed({ key, displayName: "Old" });
    const failure = await failureOf(lifecycle.create({ key, displayName: "New", onExisting: "fail" }));
    expect(failure).toBeInstanceOf(SubjectFailure);
    expect(failure.message).toMatch(/^subject "customer-42" exists in OpenMeter already/);
    expect(server.calls()).toEqual([`GET /api/v1/subjects/${key}`]);
    expect(server.find(key)).toEqual(existing);
  });

  it("with onExisting fail accepts the stack's own record, as in a forced replacement", async () => {
    const { lifecycle, server, outputs } = await created({ key, displayName: "A" });
    lifecycle.diff({ outputs }, { key, displayName: "A", onExisting: "fail" });
    const again = await lifecycle.create({ key, displayName: "A", onExisting: "fail" });
    expect(again.subjectId).toBe(outputs.subjectId);
    expect(server.calls()).toEqual([`GET /api/v1/subjects/${key}`, "POST /api/v1/subjects"]);
  });

  it("with onExisting fail waits for the program before it refuses, and accepts a record that is the stack's after all", async () => {
    const { server, outputs } = await created({ key, displayName: "A" });
    const { lifecycle } = start(server, (run) => run.own(outputs.subjectId));
    expect(await lifecycle.create({ key, displayName: "A", onExisting: "fail" })).toMatchObject({
      subjectId: outputs.subjectId,
    });
  });

  it("with onExisting fail does not wait where nothing is in the way", async () => {
    const { server, outputs } = await created({ key });
    let waited = 0;
    const { lifecycle, run } = start(server, () => {
      waited += 1;
    });
    run.own(outputs.subjectId);
    await lifecycle.create({ key, onExisting: "fail" });
    await lifecycle.create({ key: "new", onExisting: "fail" });
    expect(waited).toBe(0);
  });

  it("writes again after a conflict with another writer, and adopts", async () => {
    const { lifecycle, server } = start();
    const existing = server.seed({ key });
    server.instead.push(problem(409, `conflict error: subject with key already exists: ${key}`));
    const outputs = await lifecycle.create({ key, displayName: "A" });
    expect(server.calls()).toEqual(["POST /api/v1/subjects", "POST /api/v1/subjects"]);
    expect(outputs.subjectId).toBe(existing.id);
  });

  it("gives up after the second conflict", async () => {
    const { lifecycle, server } = start();
    server.instead.push(problem(409, "conflict"), problem(409, "conflict"));
    const failure = await failureOf(lifecycle.create({ key }));
    expect(failure.message).toMatch(/^subject "customer-42" was not created: OpenMeter answered 409 /);
    expect(server.sent).toHaveLength(2);
  });

  it("with onExisting fail takes a conflict for a subject that exists", async () => {
    const { lifecycle, server } = start();
    server.instead.push(notFound(), problem(409, "conflict"));
    const failure = await failureOf(lifecycle.create({ key, onExisting: "fail" }));
    expect(failure.message).toMatch(/exists in OpenMeter already/);
    expect(server.sent).toHaveLength(2);
  });

  it("repeats no other refusal, and says what was not stored", async () => {
    const { lifecycle, server } = start();
    server.instead.push(problem(400, "stripeCustomerId must start with cus_ when set", "Bad Request"));
    const failure = await failureOf(lifecycle.create({ key, stripeCustomerId: "cus_1" }));
    expect(failure.message).toBe(
      'subject "customer-42" (stripeCustomerId) was not created: OpenMeter answered 400 Bad Request: stripeCustomerId must start with cus_ when set. Nothing of it was stored; correct it and run pulumi up again',
    );
    expect(server.sent).toHaveLength(1);
  });

  it("fails when the server stores something else, and hands over what belongs into the state", async () => {
    const { lifecycle, server } = start();
    server.hook = (stored) => ({ ...stored, displayName: "Hooked", metadata: { hooked: true } });
    const declaration: Declaration = {
      key,
      displayName: "A",
      metadata: { a: 1 },
      stripeCustomerId: "cus_1",
      onExisting: "adopt",
    };
    const failure = await failureOf(lifecycle.create(declaration));
    expect(failure).toBeInstanceOf(PartialFailure);
    expect(failure).toMatchObject({
      id: key,
      outputs: { ...declaration, displayName: "Hooked", metadata: { hooked: true }, subjectId: server.find(key)?.id },
      reasons: [
        expect.stringContaining(
          'displayName is "Hooked" in OpenMeter and "A" in the program; metadata is {"hooked":true} in OpenMeter and {"a":1} in the program',
        ),
      ],
    });
  });

  it("fails when the answer has no subject, and leaves open whether it was stored", async () => {
    const { lifecycle, server } = start();
    Object.assign(server.client, { upsert: async () => [] });
    expect((await failureOf(lifecycle.create({ key }))).message).toMatch(
      /^subject "customer-42" was not created: OpenMeter answered the upsert without the subject\. Whether .* is unknown/,
    );
  });

  it("keeps secret values out of the message of such a failure", async () => {
    const { lifecycle, server } = start();
    server.hook = (stored) => ({ ...stored, metadata: { token: "hunter3" } });
    const failure = await failureOf(
      lifecycle.create({ key, metadata: { token: "hunter2" }, secretFields: ["metadata"] }),
    );
    expect(failure.message).toContain("[secret]");
    expect(failure.message).not.toMatch(/hunter/);
  });

  it("passes errors on that are bugs", async () => {
    const lifecycle = new SubjectLifecycle(
      () => {
        throw new TypeError("a bug");
      },
      new Run(),
      () => undefined,
      async () => undefined,
    );
    expect(await failureOf(lifecycle.create({ key }))).toBeInstanceOf(TypeError);
  });
});
