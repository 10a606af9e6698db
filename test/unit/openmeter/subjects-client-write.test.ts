import { describe, expect, it } from "vitest";
import { answered, failureOf, gone, html, idOf, key, noOperation, record } from "./client-answered";
import { json, notFound, text } from "./fake-transport";

describe("upsert", () => {
  it("is one request for all items, and returns them in their order", async () => {
    const items = [
      { key: "b", displayName: null },
      { key: "a", metadata: { x: 1 } },
    ];
    const { client, sent } = answered(
      json([
        { ...record, key: "b" },
        { ...record, key: "a", metadata: { x: 1 } },
      ]),
    );
    expect((await client.upsert(items)).map((subject) => subject.key)).toEqual(["b", "a"]);
    expect(sent.map(({ method, path, body }) => [method, path, body])).toEqual([["POST", "/api/v1/subjects", items]]);
  });

  it("of several items is a request that may be divided instead of repeated, of one item it is not", async () => {
    const { client, sent } = answered(json([record]), json([record, { ...record, key: "b" }]), json([record]));
    await client.upsert([{ key }]);
    await client.upsert([{ key }, { key: "b" }]);
    await client.upsert([{ key }], true);
    expect(sent.map(({ bounds }) => bounds.divisible)).toEqual([false, true, true]);
  });

  it("takes no more of an answer than 8 MB for each subject, and 256 MB for all", async () => {
    const { client, sent } = answered(json(null), json(null), json(null));
    for (const count of [1, 7, 40]) {
      await failureOf(client.upsert(Array.from({ length: count }, (_, index) => ({ key: `s${index}` }))));
    }
    expect(sent.map(({ bounds }) => bounds.maxBodyBytes)).toEqual([8, 56, 256].map((megabytes) => megabytes * 2 ** 20));
  });

  it("of nothing sends nothing", async () => {
    const { client, sent } = answered();
    expect(await client.upsert([])).toEqual([]);
    expect(sent).toEqual([]);
  });

  it("sends again what was lost to a deletion, and only that", async () => {
    const { client, sent } = answered(
      json([record, { ...gone, key: "lost" }]),
      json([{ ...record, id: "01K", key: "lost" }]),
    );
    const stored = await client.upsert([
      { key, displayName: "A" },
      { key: "lost", displayName: "B" },
    ]);
    expect(stored.map(({ id }) => id)).toEqual(["01J", "01K"]);
    expect(sent.map(({ body }) => body)).toEqual([
      [
        { key, displayName: "A" },
        { key: "lost", displayName: "B" },
      ],
      [{ key: "lost", displayName: "B" }],
    ]);
  });

  it("gives up on a subject that is deleted each time", async () => {
    const { client, sent } = answered(json([gone]), json([gone]), json([gone]), json([record]));
    const error = await failureOf(client.upsert([{ key }]));
    expect(error).toMatchObject({
      kind: "contested",
      message: "somebody else deleted it each time it was written",
    });
    expect(sent).toHaveLength(3);
  });

  it.each<[string, unknown]>([
    ["fewer subjects", [record]],
    ["none", []],
    ["null", null],
    ["more subjects", [record, { ...record, key: "b" }, { ...record, key: "c" }]],
    ["another order", [{ ...record, key: "b" }, record]],
    ["another key", [record, { ...record, key: "B" }]],
    ["another deleted key", [record, { ...gone, key: "B" }]],
    ["one object", record],
  ])("refuses an answer of %s", async (_what, body) => {
    expect(await failureOf(answered(json(body)).client.upsert([{ key }, { key: "b" }]))).toMatchObject({
      kind: "unintelligible",
      message: expect.stringMatching(/does not list the subjects that were sent|is not what the Subject API answers/),
    });
  });
});

describe("delete", () => {
  const id = idOf({ ...record, id: "01J/?%" });

  it("is one request by id", async () => {
    const { client, sent } = answered(new Response(null, { status: 204 }));
    await client.delete(id);
    expect(sent.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["DELETE", "/api/v1/subjects/01J%2F%3F%25", undefined],
    ]);
  });

  it("of a subject that is gone is a success", async () => {
    await expect(answered(notFound()).client.delete(id)).resolves.toBeUndefined();
  });

  it("does not take a missing route or a proxy's page for a deletion", async () => {
    for (const response of [html(404), noOperation(), html(400)]) {
      const error = await failureOf(answered(response).client.delete(id));
      expect(error.message).toContain("OpenMeter answered 40");
    }
  });

  it.each([
    ["a login page", () => html(200)],
    ["an empty body", () => text("", 200, "")],
    ["JSON", () => json(record)],
    ["a promise", () => text("", 202, "")],
  ])(
    "does not take a success with %s for a deletion, which would drop a living subject from the state",
    async (_what, response) => {
      const error = await failureOf(answered(response()).client.delete(id));
      expect(error.kind).toBe("unintelligible");
      expect(error.message).toMatch(/^the server answered 20\d with .*; check that openmeter:baseUrl/);
    },
  );
});
