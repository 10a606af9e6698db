import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { createEmulator } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import type { LiveObject } from "../../../../provider/src/core/port";
import { connectedTo } from "../../connection";
import { write, writeOf } from "../asked";
import { changed, created, started } from "./started";

/** An OpenMeter that has made a customer for each of the subjects x and y, which this connection has made. */
async function hooked() {
  const connected = started({ subjectHook: true, stripe: true });
  const { subjects, idOf } = connected;
  await write(subjects, [writeOf("x", {}), writeOf("y", {})]);
  connected.requests();
  return { ...connected, ids: { x: idOf("x"), y: idOf("y") } };
}

const payer = () => created("payer", { name: "Payer", subjectKeys: ["x", "y"] });

describe("a customer that OpenMeter had made for a subject before", () => {
  it("stays, and is named, though its subject is written again", async () => {
    const { customers, subjects, emulator, idOf } = started({ subjectHook: true });
    emulator.subjects.upsert({ key: "x" }, { key: "y" });
    const ids = [idOf("x"), idOf("y")];
    // By the time of the server, which is real.
    await sleep(5);
    await write(subjects, [writeOf("x", { displayName: "X" }), writeOf("y", {})]);
    const { refused } = await write(customers, [payer()]);
    expect(refused[0]?.error.message).toContain(`subject key "x" is attributed to customer "x" (id ${ids[0]})`);
    expect(refused[0]?.error.message).toContain("customer's own key, which is free once the customer is deleted");
    expect([idOf("x"), idOf("y")]).toEqual(ids);
    expect(emulator.customers.get("payer")).toBeUndefined();
  });
});

describe("a customer that OpenMeter has made for a subject of the same run", () => {
  it("becomes the new one of the program that gets the subject's usage, and the others of its subjects go", async () => {
    const { customers, emulator, ids } = await hooked();
    const { refused } = await write(customers, [payer()]);
    expect(refused).toEqual([]);
    expect(emulator.customers.list()).toMatchObject([
      { id: ids.x, key: "payer", name: "Payer", usageAttribution: { subjectKeys: ["x", "y"] } },
    ]);
    expect(emulator.subjects.list().map(({ key }) => key)).toEqual(["x", "y"]);
  });

  it("becomes it, too, where another of its subjects is made in between", async () => {
    const { customers, subjects, emulator, idOf } = started({ subjectHook: true });
    await write(subjects, [writeOf("x", {})]);
    const id = idOf("x");
    let later: Promise<unknown> | undefined;
    // Who has x has been asked, and who has y is about to be.
    const before = (): void => {
      later = write(subjects, [writeOf("y", {})]);
    };
    emulator.faults.add({ kind: "call", before, match: { method: "GET", path: /customers$/ }, skip: 1 });
    expect((await write(customers, [payer()])).refused).toEqual([]);
    await later;
    expect(later).toBeDefined();
    expect(emulator.customers.list()).toMatchObject([
      { id, key: "payer", usageAttribution: { subjectKeys: ["x", "y"] } },
    ]);
  });

  it("is the new one itself where it has that one's key, and its subject is made in between", async () => {
    const { customers, subjects, emulator } = started({ subjectHook: true });
    await write(subjects, [writeOf("y", {})]);
    let later: Promise<unknown> | undefined;
    const before = (): void => {
      later = write(subjects, [writeOf("x", {})]);
    };
    // The customer is refused for y, and who has its own key is about to be asked.
    emulator.faults.add({ kind: "call", before, match: { method: "GET", path: /customers$/ } });
    const options = { isNeeded: ({ key }: LiveObject) => key === "x" };
    expect((await write(customers, [created("x", { subjectKeys: ["x", "y"] })], options)).refused).toEqual([]);
    await later;
    expect(emulator.customers.list()).toMatchObject([{ key: "x", usageAttribution: { subjectKeys: ["x", "y"] } }]);
  });

  it("is known as such only when the write of its subject is answered, which is waited for", async () => {
    const emulator = createEmulator({ subjectHook: true });
    let making: Promise<unknown> | undefined;
    const turns = async (most: number, until = () => false) => {
      for (let turn = 0; turn < most && !until(); turn += 1) {
        await nextTurn();
      }
    };
    const respond = async (request: Request): Promise<Response> => {
      const isOf = (route: string) => request.method === "POST" && request.url.endsWith(route);
      if (making !== undefined && request.url.includes("subject=x")) {
        await turns(20, () => emulator.subjects.get("x") !== undefined);
      }
      const answer = await emulator.respond(request);
      if (making === undefined && isOf("/customers")) {
        making = write(subjects, [writeOf("x", {})]);
      } else if (making !== undefined && isOf("/subjects")) {
        // The record is there, and others are answered meanwhile.
        await turns(100);
      }
      return answer;
    };
    const { subjects, customers } = connectedTo({ respond });
    await write(subjects, [writeOf("y", {})]);
    expect((await write(customers, [payer()])).refused).toEqual([]);
    await making;
    expect(emulator.customers.list()).toMatchObject([{ key: "payer", usageAttribution: { subjectKeys: ["x", "y"] } }]);
  });

  it("stays where somebody takes it over at the last moment", async () => {
    const { customers, emulator, ids } = await hooked();
    const theirs = { key: "theirs", name: "Theirs", usageAttribution: { subjectKeys: ["x"] } };
    const before = (): void => void emulator.customers.put(ids.x, theirs);
    emulator.faults.add({ kind: "call", before, match: { method: "GET", path: new RegExp(`${ids.x}$`) } });
    const { refused } = await write(customers, [payer()]);
    expect(refused[0]?.error.message).toContain(`subject key "x" is attributed to customer "theirs" (id ${ids.x})`);
    expect(emulator.customers.getById(ids.x)).toMatchObject(theirs);
  });

  it("goes where somebody makes a customer of the key at the last moment, which is taken over", async () => {
    const { customers, emulator, ids } = await hooked();
    const before = (): void => void emulator.customers.create({ key: "payer", name: "Theirs" });
    emulator.faults.add({ kind: "call", before, match: { method: "PUT" } });
    expect((await write(customers, [payer()])).refused).toEqual([]);
    expect(emulator.customers.list()).toMatchObject([
      { key: "payer", name: "Payer", usageAttribution: { subjectKeys: ["x", "y"] } },
    ]);
    expect(emulator.customers.getById(ids.x)?.deletedAt).toBeDefined();
  });

  it.each([
    { displayName: undefined, name: "payer" },
    { displayName: "Ex", name: "Ex" },
  ])("is named as if it had been created before its subject, where that is named $displayName", async (named) => {
    for (const isSubjectFirst of [true, false]) {
      const { customers, subjects, emulator } = started({ subjectHook: true });
      const writes = [
        () =>
          write(subjects, [writeOf("x", named.displayName === undefined ? {} : { displayName: named.displayName })]),
        () => write(customers, [created("payer", { subjectKeys: ["x"] })]),
      ];
      for (const each of isSubjectFirst ? writes : writes.reverse()) {
        expect((await each()).refused).toEqual([]);
      }
      expect(emulator.customers.list()).toMatchObject([{ key: "payer", name: named.name }]);
    }
  });

  it("gives way to one that is there under the key, whose record is not known yet", async () => {
    const { customers, emulator, ids } = await hooked();
    const { id } = emulator.customers.create({ key: "payer", name: "Payer" });
    expect((await write(customers, [payer(), created("t", {})])).refused).toEqual([]);
    expect(emulator.customers.get("payer")).toMatchObject({ id, usageAttribution: { subjectKeys: ["x", "y"] } });
    expect(emulator.customers.getById(ids.x)?.deletedAt).toBeDefined();
  });

  it("goes where that of another subject is declared with both", async () => {
    const { customers, emulator, ids } = await hooked();
    expect((await write(customers, [created("x", { subjectKeys: ["x", "y"] })])).refused).toEqual([]);
    expect(emulator.customers.list()).toMatchObject([{ id: ids.x, usageAttribution: { subjectKeys: ["x", "y"] } }]);
  });

  it("leaves no subject without a customer, and none with two, where there is one subject", async () => {
    const { customers, emulator, requests } = await hooked();
    const attributed: unknown[] = [];
    const look = (): void => void attributed.push(emulator.customers.attributedTo("x").length);
    emulator.faults.add({ kind: "call", before: look, match: { method: ["POST", "PUT", "DELETE"] } });
    const { refused } = await write(customers, [created("payer", { subjectKeys: ["x"] })]);
    look();
    expect(refused).toEqual([]);
    expect(new Set(attributed)).toEqual(new Set([1]));
    expect(requests().filter((one) => !one.startsWith("GET"))).toEqual(["POST", "PUT payer"]);
  });

  it("goes where a customer of the program gets its subject later", async () => {
    const { customers, emulator, idOf } = await hooked();
    emulator.customers.create({ key: "payer", name: "Payer" });
    const add = changed("payer", idOf("payer"), { subjectKeys: [] }, { subjectKeys: ["x", "y"] });
    expect((await write(customers, [add])).refused).toEqual([]);
    expect(emulator.customers.list()).toMatchObject([{ key: "payer", usageAttribution: { subjectKeys: ["x", "y"] } }]);
  });

  it.each<[string, (at: Awaited<ReturnType<typeof hooked>>) => object | undefined]>([
    [
      "that somebody has written since",
      ({ emulator, ids }) => {
        emulator.customers.put(ids.y, { key: "y", name: "Y", usageAttribution: { subjectKeys: ["y"] } });
        return undefined;
      },
    ],
    [
      "that has a Stripe customer",
      ({ emulator, ids }) => {
        emulator.stripe.link(ids.y, emulator.stripe.appOf(ids.y), { stripeCustomerId: "cus_1" });
        return undefined;
      },
    ],
    [
      "that has a subscription",
      ({ emulator, ids }) => {
        emulator.customers.subscribe(ids.y);
        return undefined;
      },
    ],
    [
      "whose subject this connection has not made, but written",
      ({ emulator, ids }) => {
        emulator.subjects.delete("y");
        emulator.customers.remove(ids.y);
        emulator.subjects.upsert({ key: "y" });
        ids.y = emulator.customers.get("y")?.id as typeof ids.y;
        return undefined;
      },
    ],
    ["that the program needs", () => ({ isNeeded: () => true })],
    ["where existing customers are not adopted", () => ({ adopts: false })],
  ])("stays, and is named, %s", async (_what, arrange) => {
    const at = await hooked();
    const options = arrange(at);
    const { refused } = await write(at.customers, [payer()], options);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.error.message).toMatch(/customer .*(id |01)/);
    expect(at.emulator.customers.get("y")?.id).toBe(at.ids.y);
    expect(at.emulator.customers.attributedTo("y")).toEqual([at.ids.y]);
  });
});
