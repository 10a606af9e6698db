import type { Fault } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import { wanted, write } from "../asked";
import { created, started } from "./started";

const always = Number.POSITIVE_INFINITY;
const answered = (status: number, body: object): Fault => ({ kind: "status", status, body });

describe("an answer that is not of the Customer API", () => {
  it.each<[string, object]>([
    ["another thing's JSON", { hello: 1 }],
    ["a list", { items: [], totalCount: 0 }],
  ])("is refused in place of a customer: %s", async (_what, body) => {
    const { customers, emulator } = started();
    emulator.faults.add({ ...answered(200, body), times: always });
    await expect(customers.get({ key: "acme" })).rejects.toMatchObject({
      kind: "unintelligible",
      message: expect.stringContaining("is not a customer of OpenMeter's Customer API"),
    });
    const { refused, stoppedBy } = await write(customers, [created("acme")]);
    expect([...refused.map(({ error }) => error), stoppedBy]).toContainEqual(
      expect.objectContaining({ kind: "unintelligible" }),
    );
  });

  it.each<[string, object]>([
    ["without items", { totalCount: 1 }],
    ["without a count", { items: [] }],
    ["of something else", { items: [{ hello: 1 }], totalCount: 1 }],
  ])("is refused in place of a list: %s", async (_what, body) => {
    const { customers, emulator } = started();
    emulator.faults.add({ ...answered(200, body), times: always });
    await expect(customers.list()).rejects.toMatchObject({ kind: "unintelligible" });
  });
});

describe("a customer that contains the API key", () => {
  const apiKey = 'om_"secret/0123';
  const others = Array.from({ length: 20 }, (_, index) => `other${index}`);
  const leaking: [string, object][] = [
    ["in metadata", { metadata: { echo: `Bearer ${apiKey}` } }],
    ["in its name", { name: apiKey }],
    ["in a field that is not read", { debug: encodeURIComponent(apiKey) }],
  ];
  /** An account with such a customer among others. */
  const withLeak = (more: object) => {
    const connected = started({}, { apiKey });
    for (const key of [...others, "acme"]) {
      connected.emulator.customers.create({ key, name: key });
    }
    const leak = (one: unknown): unknown => (Object(one).key === "acme" ? { ...Object(one), ...more } : one);
    const change = (answer: unknown) => {
      const { items } = Object(answer);
      return Array.isArray(items) ? { ...Object(answer), items: items.map(leak) } : leak(answer);
    };
    connected.emulator.faults.add({ kind: "alter", change, times: always });
    return connected;
  };
  const withheld = {
    kind: "unintelligible",
    message:
      'customer "acme" contains the API key in OpenMeter, so it is not taken into the state. Remove it there, or replace the API key',
  };

  it.each(leaking)("%s is withheld from a list, and all others are in it", async (_where, more) => {
    const { objects, withheld: left } = await withLeak(more).customers.list();
    expect(objects.map(({ key }) => key)).toEqual(others);
    expect(left).toEqual(["acme"]);
  });

  it.each(leaking)("%s fails the reads that ask for it, singly or by a list, and no others", async (_where, more) => {
    const { customers } = withLeak(more);
    const asked = (keys: readonly string[]) => wanted(keys).map((one) => ({ ...one, fields: [] }));
    await expect(customers.get({ key: "acme", fields: [] })).rejects.toMatchObject(withheld);
    await expect(customers.getAll(asked([...others, "acme"]), ({ id }) => id)).rejects.toMatchObject(withheld);
    expect([...(await customers.getAll(asked(others), ({ id }) => id)).keys()]).toEqual(others);
  });

  it.each(leaking)("%s is refused where it is written, and all others are stored", async (_where, more) => {
    const { customers } = withLeak(more);
    const { stored, refused } = await write(
      customers,
      ["acme", ...others].map((key) => created(key, { description: "x" })),
    );
    expect([...stored.keys()].sort()).toEqual([...others].sort());
    expect(refused).toMatchObject([{ key: "acme", error: withheld }]);
  });
});
