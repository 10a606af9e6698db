import { describe, expect, it } from "vitest";
import type { RecordId } from "../../../../provider/src/core/port";
import { started } from "./started";

/** A customer that is there, and its deletion by id. */
function there(settings: Parameters<typeof started>[1] = {}) {
  const connected = started({}, settings);
  const { customers, emulator, idOf } = connected;
  emulator.customers.create({ key: "acme", name: "Acme", usageAttribution: { subjectKeys: ["x"] } });
  const id = idOf("acme");
  const remove = (record: RecordId = id) =>
    customers.delete(new Map([["acme", record]]), { isKey: () => false, progress: () => {} });
  return { ...connected, id, remove };
}

describe("the delete of a customer", () => {
  it("is one request, by id, and leaves its subjects", async () => {
    const { remove, requests, emulator } = there();
    expect(await remove()).toEqual({ deleted: new Set(["acme"]), refused: [] });
    expect(requests()).toEqual(["DELETE acme"]);
    expect(emulator.customers.size).toBe(0);
    expect(emulator.subjects.get("x")).toBeDefined();
  });

  it.each<[string, (connected: ReturnType<typeof there>) => RecordId]>([
    ["was deleted before (412)", ({ emulator, id }) => (emulator.customers.delete("acme") ? id : id)],
    ["was never there (404)", () => "01ARZ3NDEKTSV4RRFFQ69G5FAV" as RecordId],
  ])("is done where it %s", async (_what, idIn) => {
    const connected = there();
    expect(await connected.remove(idIn(connected))).toEqual({ deleted: new Set(["acme"]), refused: [] });
  });

  it("never touches a customer that was created again under the key", async () => {
    const { remove, emulator } = there();
    emulator.customers.delete("acme");
    emulator.customers.create({ key: "acme", name: "Again" });
    await remove();
    expect(emulator.customers.get("acme")?.name).toBe("Again");
  });

  it("is done though its first answer was lost", async () => {
    const { remove, emulator, requests } = there();
    emulator.faults.add({ kind: "status", status: 503, applied: true, match: { method: "DELETE" } });
    expect((await remove()).deleted.size).toBe(1);
    expect(requests()).toEqual(["DELETE acme", "DELETE acme"]);
  });

  it("is refused with all reasons and what to do about them, and cancels nothing", async () => {
    const { remove, emulator } = there();
    emulator.customers.subscribe("acme");
    const { refused, deleted, stoppedBy } = await remove();
    expect({ deleted: deleted.size, stoppedBy }).toEqual({ deleted: 0, stoppedBy: undefined });
    expect(refused[0]?.error.message).toMatch(/subscription.*invoice.*Nothing was cancelled.*pulumi state delete/);
    expect(refused[0]?.error.message).not.toContain("\n");
    emulator.customers.settle("acme");
    emulator.customers.entitle("acme");
    expect((await remove()).refused[0]?.error.message).toMatch(/entitlement.*Nothing was cancelled/);
    expect(emulator.customers.size).toBe(1);
  });

  it("takes for done no 412 that says something else", async () => {
    const { remove, emulator } = there();
    const body = { title: "Precondition Failed", status: 412, detail: "the customer is being migrated" };
    emulator.faults.add({ kind: "status", status: 412, body, match: { method: "DELETE" } });
    const { deleted, refused } = await remove();
    expect(deleted.size).toBe(0);
    expect(refused[0]?.error.message).toContain("the customer is being migrated");
  });

  it("takes a 404 of something else for none", async () => {
    const { remove, emulator } = there();
    emulator.faults.add({ kind: "status", status: 404, body: "<html>", match: { method: "DELETE" } });
    const { deleted, stoppedBy } = await remove();
    expect(deleted.size).toBe(0);
    expect(stoppedBy?.message).toContain("The Customer API is not there");
  });
});
