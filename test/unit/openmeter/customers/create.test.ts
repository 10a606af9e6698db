import type { Fault } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import type { Write } from "../../../../provider/src/core/port";
import { write, writeOf } from "../asked";
import { created, started } from "./started";

const post = { method: "POST", path: "/api/v1/customers" };

describe("the create of a customer", () => {
  it("is one request, with all that is declared", async () => {
    const { customers, emulator, requests } = started();
    const fields = { name: "Acme", subjectKeys: ["b", "a", "b"], billingAddress: { country: "DE" }, currency: "EUR" };
    const { stored } = await write(customers, [created("acme", { ...fields, primaryEmail: "a@b.c", description: "" })]);
    expect(requests()).toEqual(["POST"]);
    expect(emulator.customers.get("acme")).toMatchObject({
      name: "Acme",
      description: "",
      primaryEmail: "a@b.c",
      billingAddress: { country: "DE" },
      usageAttribution: { subjectKeys: ["a", "b"] },
    });
    expect(stored.get("acme")?.fields).toMatchObject({ ...fields, subjectKeys: ["a", "b"] });
  });

  it("gives a customer its key as its name where none is declared, as OpenMeter requires one", async () => {
    const { customers, emulator } = started();
    await write(customers, [created("acme")]);
    expect(emulator.customers.get("acme")?.name).toBe("acme");
  });

  it("sends subject keys in the order of their bytes in UTF-8", async () => {
    const { customers, emulator } = started();
    await write(customers, [created("acme", { subjectKeys: ["😀", "\uffee", "b", "a"] })]);
    const [sent] = emulator.requests.list();
    expect(sent?.body).toMatchObject({ usageAttribution: { subjectKeys: ["a", "b", "\uffee", "😀"] } });
  });

  it.each<[string, readonly string[], RegExp]>([
    ["its key is taken", ["x"], /already used|overlaps|associated/],
    ["its key overlaps with its own subject key", ["acme"], /overlaps|already used|associated/],
  ])("that was stored though no answer came meets itself, and succeeds, where %s", async (_what, subjectKeys) => {
    const { customers, emulator, requests } = started();
    const fields = { name: "Acme", subjectKeys };
    emulator.faults.add({ kind: "status", status: 503, applied: true, match: post });
    const { stored, refused } = await write(customers, [created("acme", fields)], { adopts: false });
    expect(refused).toEqual([]);
    expect(stored.get("acme")?.fields).toMatchObject(fields);
    expect(requests()).toEqual(["POST", "POST", "GET acme"]);
  });

  it("meets its own first try, though its key is taken for another's subject key", async () => {
    const { customers, emulator } = started();
    const detail = 'conflict error: key "acme" overlaps with subject of another customer: 01K';
    const own: Fault = { kind: "status", status: 409, applied: true, body: { title: "Conflict", status: 409, detail } };
    emulator.faults.add({ ...own, match: post });
    const { stored, refused } = await write(customers, [created("acme", { subjectKeys: ["acme"] })], { adopts: false });
    expect({ refused, keys: [...stored.keys()] }).toEqual({ refused: [], keys: ["acme"] });
  });

  it("begins again where somebody else has just made a subject that it names", async () => {
    const { customers, emulator, requests } = started();
    emulator.faults.add({ kind: "race", against: "subjectUpsert", match: post });
    const { stored, refused } = await write(customers, [created("acme", { subjectKeys: ["x"] })]);
    expect({ refused, keys: [...stored.keys()] }).toEqual({ refused: [], keys: ["acme"] });
    expect(requests()).toEqual(["POST", "POST"]);
  });

  it("sends nothing where there turns out to be nothing to write", async () => {
    const { customers, emulator, requests } = started();
    emulator.customers.create({ key: "there", name: "There" });
    const nothing = writeOf("acme", { name: "A" }, { onto: () => undefined });
    const notOntoOthers: Write = {
      ...created("there", { name: "T" }),
      onto: (live) => (live ? undefined : notOntoOthers),
    };
    const { stored, refused } = await write(customers, [nothing, notOntoOthers]);
    expect({ stored: stored.size, refused }).toEqual({ stored: 0, refused: [] });
    expect(requests()).toEqual(["POST", "GET there"]);
    expect(emulator.customers.list().map(({ name }) => name)).toEqual(["There"]);
  });

  it("ends all with what is a mistake of the program's own, and not of OpenMeter", async () => {
    const { customers } = started();
    const keep = () => {
      throw new TypeError("a mistake");
    };
    const all = { adopts: true, givesUp: async () => false, isNeeded: () => false };
    await expect(customers.write([created("acme")], { ...all, keep })).rejects.toThrow(new TypeError("a mistake"));
  });

  it("gives up where subjects are always in its way, and says so", async () => {
    const { customers, emulator } = started();
    const detail = "subject with key already exists: x";
    const body = { title: "Conflict", status: 409, detail };
    emulator.faults.add({ kind: "status", status: 409, body, match: post, times: 100 });
    const { refused } = await write(customers, [created("acme", { subjectKeys: ["x"] })]);
    expect(refused[0]?.error.message).toContain(detail);
    expect(emulator.requests.count("POST /api/v1/customers")).toBe(10);
  });
});

describe("the create of a customer whose key is there", () => {
  it("adopts it in three requests: the refused one, a read, and a write that leaves what is not declared", async () => {
    const { customers, emulator, requests, idOf } = started();
    emulator.customers.create({ key: "acme", name: "Old", description: "by hand", primaryEmail: "a@b.c" });
    const id = idOf("acme");
    const { stored } = await write(customers, [created("acme", { name: "Acme" })]);
    expect(requests()).toEqual(["POST", "GET acme", "PUT acme"]);
    expect(stored.get("acme")).toMatchObject({ id, fields: { name: "Acme", description: "by hand" } });
    expect(emulator.customers.get("acme")).toMatchObject({
      name: "Acme",
      description: "by hand",
      primaryEmail: "a@b.c",
    });
  });

  it("keeps the name that it has where none is declared", async () => {
    const { customers, emulator } = started();
    emulator.customers.create({ key: "acme", name: "By hand" });
    await write(customers, [created("acme", { description: "d" })]);
    expect(emulator.customers.get("acme")).toMatchObject({ name: "By hand", description: "d" });
  });

  it("is refused where it may not be adopted, and leaves it as it was", async () => {
    const { customers, emulator } = started();
    emulator.customers.create({ key: "acme", name: "Old" });
    const { refused } = await write(customers, [created("acme", { name: "Acme" })], { adopts: false });
    expect(refused).toMatchObject([{ key: "acme", error: { status: 409 } }]);
    expect(emulator.customers.get("acme")?.name).toBe("Old");
  });

  it("has nothing to do with a deleted one, whose key is free", async () => {
    const { customers, emulator, requests, idOf } = started();
    const { id } = emulator.customers.create({ key: "acme", name: "Old" });
    emulator.customers.delete(id);
    await write(customers, [created("acme")]);
    expect(requests()).toEqual(["POST"]);
    expect(idOf("acme")).not.toBe(id);
  });
});
