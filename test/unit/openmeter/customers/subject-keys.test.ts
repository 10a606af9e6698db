import { describe, expect, it } from "vitest";
import { write } from "../asked";
import { changed, created, started } from "./started";

/** Two customers, of which `a` has the subject key x and `b` has y. */
function two() {
  const connected = started();
  const { emulator } = connected;
  emulator.customers.create({ key: "a", name: "a", usageAttribution: { subjectKeys: ["x"] } });
  emulator.customers.create({ key: "b", name: "b", usageAttribution: { subjectKeys: ["y"] } });
  const subjectKeysOf = (key: string) => emulator.customers.get(key)?.usageAttribution?.subjectKeys ?? [];
  return { ...connected, subjectKeysOf };
}

describe("a subject key that belongs to another customer", () => {
  it.each([
    ["a create", () => created("c", { subjectKeys: ["x", "z"] })],
    ["a create with its key", () => created("x", {})],
  ])("is refused to %s, with the customer that has it", async (_what, make) => {
    const { customers, emulator, idOf, subjectKeysOf } = two();
    const { refused, stored } = await write(customers, [make()]);
    expect(stored.size).toBe(0);
    expect(refused[0]?.error.message).toContain(`subject key "x" is attributed to customer "a" (id ${idOf("a")})`);
    expect(refused[0]?.error.message).toContain("take it away there in a pulumi up of its own");
    expect(subjectKeysOf("a")).toEqual(["x"]);
    expect(emulator.customers.size).toBe(2);
  });

  it.each<[string, readonly string[]]>([
    ["says nothing of its subject keys", []],
    ["has other subject keys", ["y"]],
  ])(
    "by its own key alone is refused to an update, which OpenMeter would not do, where that one %s",
    async (_what, has) => {
      const { customers, emulator, idOf, subjectKeysOf, requests } = two();
      emulator.customers.put("b", { key: "b", name: "b", usageAttribution: { subjectKeys: [...has] } });
      requests();
      const now = changed("a", idOf("a"), { subjectKeys: ["x"] }, { subjectKeys: ["b", "x"], name: "A" });
      const { refused } = await write(customers, [now], { givesUp: async () => true });
      expect(refused[0]?.error.message).toContain(`subject key "b" is attributed to customer "b" (id ${idOf("b")})`);
      expect(refused[0]?.error.message).toContain("That is the customer's own key");
      expect([subjectKeysOf("a"), emulator.customers.attributedTo("b")]).toEqual([["x"], [idOf("b")]]);
      expect(requests()).toEqual(["GET a", "GET b"]);
    },
  );

  it("is asked for by a request for each that an update adds, but not for its own key", async () => {
    const { customers, idOf, requests, subjectKeysOf } = two();
    const added = Array.from({ length: 40 }, (_, index) => `n${index}`).sort();
    requests();
    const now = changed("a", idOf("a"), { subjectKeys: ["x"] }, { subjectKeys: ["x", "a", ...added] });
    expect((await write(customers, [now])).refused).toEqual([]);
    expect(subjectKeysOf("a")).toEqual(["a", ...added, "x"]);
    expect(requests().sort()).toEqual(["GET a", ...added.map((key) => `GET ${key}`), "PUT a"].sort());
  });

  it("is refused to an update, with the customer that has it, whatever else looks like it", async () => {
    const { customers, emulator, idOf } = two();
    // The filter of a list looks for parts of texts in any case.
    emulator.customers.create({ key: "other", name: "o", usageAttribution: { subjectKeys: ["X", "xx"] } });
    const { refused } = await write(customers, [changed("b", idOf("b"), {}, { subjectKeys: ["x"] })]);
    expect(refused[0]?.error.message).toContain(`customer "a" (id ${idOf("a")})`);
    expect(refused[0]?.error.message).toContain("A subject key belongs to one customer");
  });

  it("goes over once the run has shown that the other one gives it up", async () => {
    const { customers, idOf, subjectKeysOf } = two();
    const asked: unknown[] = [];
    const givesUp = async ({ key }: { readonly key: string }, attributed: string) => {
      asked.push([key, attributed]);
      return true;
    };
    const write1 = changed("b", idOf("b"), { subjectKeys: ["y"] }, { subjectKeys: ["x", "y"] });
    const { refused } = await write(customers, [write1], { givesUp });
    expect({ refused, asked }).toEqual({ refused: [], asked: [["a", "x"]] });
    expect([subjectKeysOf("a"), subjectKeysOf("b")]).toEqual([[], ["x", "y"]]);
  });

  it("leaves the one that gives it up all else that it has", async () => {
    const { customers, emulator, subjectKeysOf } = two();
    const rest = { key: "a", name: "A", description: "by hand", metadata: { crm: "1" } };
    emulator.customers.put("a", { ...rest, usageAttribution: { subjectKeys: ["w", "x", "z"] } });
    const { refused } = await write(customers, [created("c", { subjectKeys: ["x"] })], { givesUp: async () => true });
    expect(refused).toEqual([]);
    expect([subjectKeysOf("a"), subjectKeysOf("c")]).toEqual([["w", "z"], ["x"]]);
    expect(emulator.customers.get("a")).toMatchObject(rest);
  });

  it.each<[string, (at: ReturnType<typeof two>) => void]>([
    ["has let it go by itself", ({ emulator }) => void emulator.customers.put("a", { key: "a", name: "a" })],
    [
      "has let it go for others",
      ({ emulator }) =>
        void emulator.customers.put("a", { key: "a", name: "a", usageAttribution: { subjectKeys: ["w"] } }),
    ],
    ["is deleted", ({ emulator, idOf }) => void emulator.customers.remove(idOf("a"))],
  ])("is taken without a write of the other one, where that %s meanwhile", async (_what, letGo) => {
    const at = two();
    const givesUp = async () => {
      letGo(at);
      at.requests();
      return true;
    };
    const { refused } = await write(at.customers, [created("c", { subjectKeys: ["x"] })], { givesUp });
    expect({ refused, has: at.subjectKeysOf("c") }).toEqual({ refused: [], has: ["x"] });
    expect(at.requests().filter((one) => !one.startsWith("GET"))).toEqual(["POST"]);
  });

  it("stops the run where the server refuses all that is to be given up, in its words", async () => {
    const { customers, emulator, subjectKeysOf } = two();
    emulator.faults.add({ kind: "status", status: 401, match: { method: "PUT" } });
    const { stoppedBy } = await write(customers, [created("c", { subjectKeys: ["x"] })], { givesUp: async () => true });
    expect(stoppedBy?.message).toContain("401");
    expect(stoppedBy?.message).not.toContain("attributed");
    expect(subjectKeysOf("a")).toEqual(["x"]);
  });

  it("is named with its customer where that cannot give it up", async () => {
    const { customers, emulator, idOf } = two();
    emulator.customers.subscribe(idOf("a"));
    const take = [created("c", { subjectKeys: ["x"] })];
    const { refused } = await write(customers, take, { givesUp: async () => true });
    expect(refused[0]?.error.message).toMatch(/subject key "x" is attributed to customer "a" .*active subscription/);
  });

  it("goes over to a new customer that has it as its key", async () => {
    const { customers, subjectKeysOf } = two();
    const { refused } = await write(customers, [created("x", { subjectKeys: ["x"] })], { givesUp: async () => true });
    expect(refused).toEqual([]);
    expect([subjectKeysOf("a"), subjectKeysOf("x")]).toEqual([[], ["x"]]);
  });

  it("is swapped by two writes at once", async () => {
    const { customers, idOf, subjectKeysOf } = two();
    const writes = [
      changed("a", idOf("a"), { subjectKeys: ["x"] }, { subjectKeys: ["y"] }),
      changed("b", idOf("b"), { subjectKeys: ["y"] }, { subjectKeys: ["x"] }),
    ];
    const { refused } = await write(customers, writes, { givesUp: async () => true });
    expect(refused).toEqual([]);
    expect([subjectKeysOf("a"), subjectKeysOf("b")]).toEqual([["y"], ["x"]]);
  });

  it("is waited for where the other one lets it go at the same moment", async () => {
    const { customers, emulator, idOf, subjectKeysOf } = two();
    const letGo = async () => {
      emulator.customers.put("a", { key: "a", name: "a" });
      return false;
    };
    const now = changed("b", idOf("b"), {}, { subjectKeys: ["x"] });
    expect((await write(customers, [now], { givesUp: letGo })).refused).toEqual([]);
    expect(subjectKeysOf("b")).toEqual(["x"]);
  });

  it("is not called burnt where it was let go of between the refusal and the question who has it", async () => {
    const { customers, emulator, idOf, subjectKeysOf } = two();
    const letGo = () => void emulator.customers.put("a", { key: "a", name: "a" });
    emulator.faults.add({ kind: "call", after: letGo, match: { method: "PUT", key: "b" } });
    const { refused } = await write(customers, [changed("b", idOf("b"), {}, { subjectKeys: ["x"] })]);
    expect(refused).toEqual([]);
    expect(subjectKeysOf("b")).toEqual(["x"]);
  });

  it("is tried again where another write has just added it to the same customer", async () => {
    const { customers, emulator, idOf, subjectKeysOf } = two();
    const detail = "conflict error: one or multiple subject keys of [z] are already associated with other customers";
    const other = () =>
      void emulator.customers.put("b", { key: "b", name: "b", usageAttribution: { subjectKeys: ["z"] } });
    const body = { title: "Conflict", status: 409, detail };
    emulator.faults.add({ kind: "status", status: 409, body, onStrike: other, match: { method: "PUT" } });
    const now = changed("b", idOf("b"), { subjectKeys: ["y"] }, { subjectKeys: ["z"] });
    expect((await write(customers, [now])).refused).toEqual([]);
    expect(subjectKeysOf("b")).toEqual(["z"]);
  });

  it("is not called burnt because of what the tries before have met", async () => {
    const { customers, emulator, subjectKeysOf } = two();
    const take = (key: string) =>
      emulator.customers.create({ key, name: key, usageAttribution: { subjectKeys: ["k"] } });
    const next = ["h2", "h3", "h4"];
    let holder = take("h1");
    // As soon as one has let it go, the next one takes it.
    const givesUp = async () => {
      emulator.customers.remove(holder.id);
      const key = next.shift();
      if (key !== undefined) {
        holder = take(key);
      }
      return true;
    };
    expect((await write(customers, [created("c", { subjectKeys: ["k"] })], { givesUp })).refused).toEqual([]);
    expect(next).toEqual([]);
    expect(subjectKeysOf("c")).toEqual(["k"]);
  });

  it("that no customer has any more is burnt, which is recognized and said", async () => {
    const { customers, emulator } = two();
    const { id } = emulator.customers.create({ key: "gone", name: "gone" });
    emulator.customers.delete(id);
    emulator.customers.burn(id, "k");
    const { refused } = await write(customers, [created("c", { subjectKeys: ["k"] })]);
    expect(refused[0]?.error.message).toMatch(/No customer has it any more.*keeps its subject keys for ever/);
    expect(emulator.customers.get("c")).toBeUndefined();
  });

  it("cannot change under a subscription, which is said in OpenMeter's words", async () => {
    const { customers, emulator, idOf, subjectKeysOf } = two();
    emulator.customers.subscribe("a");
    const { refused } = await write(customers, [changed("a", idOf("a"), { subjectKeys: ["x"] }, { subjectKeys: [] })]);
    expect(refused[0]?.error.message).toMatch(
      /cannot change subject keys for customer with active subscriptions.*\. Declare the subject keys that it has/,
    );
    // Other changes send them back just as they are.
    expect((await write(customers, [changed("a", idOf("a"), {}, { name: "A" })])).refused).toEqual([]);
    expect(subjectKeysOf("a")).toEqual(["x"]);
  });
});
