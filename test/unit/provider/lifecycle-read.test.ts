import { describe, expect, it } from "vitest";
import { json, text } from "../openmeter/fake-transport";

import { created, failureOf, start } from "./started-lifecycle";

const key = "customer-42";

describe("read", () => {
  it("is one request, and returns owned fields as they are live, as inputs and outputs", async () => {
    const { lifecycle, server, outputs } = await created({ key, displayName: "A", onExisting: "fail" });
    server.seed({ key, displayName: "Drifted", metadata: { foreign: 1 } });
    const inputs = { key, displayName: "Drifted", onExisting: "fail" };
    expect(await lifecycle.read(key, outputs)).toStrictEqual({
      inputs,
      outputs: { ...inputs, subjectId: outputs.subjectId },
    });
    expect(server.calls()).toEqual([`GET /api/v1/subjects/${key}`]);
  });

  it("changes nothing when nothing drifted", async () => {
    const { lifecycle, outputs } = await created({ key, displayName: "A", metadata: { a: 1 } });
    expect((await lifecycle.read(key, outputs))?.outputs).toStrictEqual(outputs);
  });

  it("returns a new id of a subject that was deleted and created again", async () => {
    const { lifecycle, server, outputs } = await created({ key });
    server.records.length = 0;
    server.seed({ key: "another" });
    const again = server.seed({ key });
    expect(again.id).not.toBe(outputs.subjectId);
    expect((await lifecycle.read(key, outputs))?.outputs.subjectId).toBe(again.id);
  });

  it("shows of a subject that this run wrote what is there now, not what a list of before shows", async () => {
    const { lifecycle, server, outputs } = await created({ key, displayName: "A" });
    const others = Array.from({ length: 20 }, (_, index) => server.seed({ key: `other-${index}` }).key);
    for (const other of others) await lifecycle.read(other, undefined);
    expect(server.calls()).toContain("GET /api/v1/subjects");
    await lifecycle.update({ outputs }, { key, displayName: "B" });
    expect((await lifecycle.read(key, { key, displayName: "B" }))?.inputs.displayName).toBe("B");
  });

  it("shows of a subject that this run deleted that it is gone, though a list of before has it", async () => {
    const { server, outputs } = await created({ key });
    const others = Array.from({ length: 20 }, (_, index) => server.seed({ key: `other-${index}` }).key);
    const next = start(server).lifecycle;
    for (const other of others) await next.read(other, undefined);
    await next.delete({ outputs });
    expect(await next.read(key, outputs)).toBeUndefined();
  });

  it("returns all fields in a look-up", async () => {
    const { lifecycle, server } = start();
    const { id } = server.seed({ key, displayName: "A", metadata: { a: 1 }, stripeCustomerId: "cus_1" });
    const inputs = { key, displayName: "A", metadata: { a: 1 }, stripeCustomerId: "cus_1" };
    expect(await lifecycle.read(key, undefined)).toStrictEqual({ inputs, outputs: { ...inputs, subjectId: id } });
  });

  it("finds nothing where there is no subject", async () => {
    expect(await start().lifecycle.read(key, undefined)).toBeUndefined();
  });

  it("finds nothing where the answer is marked deleted", async () => {
    const { lifecycle, server } = start();
    server.instead.push(json({ id: "01J", key, metadata: {}, deletedAt: "2026-01-01T00:00:00Z" }));
    expect(await lifecycle.read(key, undefined)).toBeUndefined();
  });

  it("fails, and reports nothing missing, where something else answers", async () => {
    const { lifecycle, server, outputs } = await created({ key });
    server.instead.push(text("<h1>Not Found</h1>", 404, "text/html"));
    const failure = await failureOf(lifecycle.read(key, outputs));
    expect(failure.message).toMatch(
      /was not read: .*openmeter:baseUrl.*The state stays as it is; run the command again\. If openmeter:baseUrl/,
    );
  });
});
