import { describe, expect, it } from "vitest";
import { longIt, sample } from "../sample";
import { type Declarations, given, withStack } from "./stack";

const acme = {
  key: "acme",
  displayName: "Acme",
  stripeCustomerId: "cus_acme",
  metadata: { plan: "pro", limits: { seats: 5, extras: [null, "a"] } },
};

/** The requests of the Subject API that an action sends, as `METHOD path`. */
async function requestsOf(
  emulator: { requests: { clear(): void; list(): readonly { method: string; path: string }[] } },
  action: () => Promise<unknown>,
): Promise<string[]> {
  emulator.requests.clear();
  await action();
  return emulator.requests.list().map(({ method, path }) => `${method} ${path}`);
}

describe("pulumi up", () => {
  it("sends one request for each create, update and delete, one per subject for a refresh, none for a no-op", async () => {
    await withStack(async (test) => {
      const program: Declarations = { acme };
      const quiet = { unsettledBecause: "requests are counted" };
      expect(await requestsOf(test.emulator, () => test.up(program, quiet))).toEqual(["POST /api/v1/subjects"]);
      const { id } = test.emulator.subjects.get("acme") ?? {};
      expect(await requestsOf(test.emulator, () => test.up(program, quiet))).toEqual([]);
      expect(await requestsOf(test.emulator, () => test.stack.refresh())).toEqual(["GET /api/v1/subjects/acme"]);
      const renamed = { acme: { ...acme, displayName: "Acme Inc." } };
      expect(await requestsOf(test.emulator, () => test.up(renamed, quiet))).toEqual(["POST /api/v1/subjects"]);
      expect(await requestsOf(test.emulator, () => test.up({}, quiet))).toEqual([`DELETE /api/v1/subjects/${id}`]);
      expect(test.emulator.subjects.list()).toEqual([]);
    });
  });

  it("names in the preview exactly the field that changes, sends only that field, and settles", async () => {
    await withStack(async (test) => {
      await given(test, { acme });
      const changes = sample<{ field: string; value: unknown }>([
        { field: "metadata", value: { plan: "enterprise" } },
        { field: "displayName", value: "Acme Inc." },
        { field: "stripeCustomerId", value: "cus_other" },
      ]);
      let declared: Record<string, unknown> & { key: string } = acme;
      for (const { field, value } of changes) {
        const before = declared[field];
        declared = { ...declared, [field]: value };
        const { steps } = await test.preview({ acme: declared });
        expect(steps).toEqual([{ name: "acme", op: "update", changes: { [field]: { from: before, to: value } } }]);
        test.emulator.requests.clear();
        await test.up({ acme: declared });
        const [post] = test.emulator.requests.list().filter(({ method }) => method === "POST");
        expect(post?.body).toEqual([{ key: "acme", [field]: value }]);
      }
    });
  });

  longIt("clears a field that is no longer declared and leaves alone what was never declared", async () => {
    await withStack(async (test) => {
      test.emulator.subjects.upsert({ key: "acme", stripeCustomerId: "cus_from_crm" });
      const { stripeCustomerId: _unowned, ...declared } = acme;
      await test.up({ acme: declared });
      expect(test.emulator.subjects.get("acme")?.stripeCustomerId).toBe("cus_from_crm");
      await test.up({ acme: { key: "acme" } });
      const stored = test.emulator.subjects.get("acme");
      expect(stored?.stripeCustomerId).toBe("cus_from_crm");
      expect(stored?.metadata).toEqual({});
      expect(stored).not.toHaveProperty("displayName");
    });
  });

  it("replaces the subject when its key changes: the new one is created, then the old one deleted", async () => {
    await withStack(async (test) => {
      await given(test, { acme });
      const moved = { acme: { ...acme, key: "acme-2" } };
      expect((await test.preview(moved)).steps.map(({ op }) => op).sort()).toEqual([
        "create-replacement",
        "delete-replaced",
        "replace",
      ]);
      test.emulator.requests.clear();
      await test.up(moved);
      const writes = test.emulator.requests
        .list()
        .map(({ method }) => method)
        .filter((method) => method !== "GET");
      expect(writes).toEqual(["POST", "DELETE"]);
      expect(test.emulator.subjects.list().map(({ key }) => key)).toEqual(["acme-2"]);
    });
  });

  longIt("deletes nothing when the subject is gone already", async () => {
    await withStack(async (test) => {
      await test.up({ acme });
      test.emulator.subjects.delete("acme");
      await test.up({});
      expect(await test.stateNames()).toEqual([]);
    });
  });

  longIt("leaves a subject alone that somebody re-created under the key of the one it deletes", async () => {
    await withStack(async (test) => {
      await test.up({ acme });
      test.emulator.subjects.delete("acme");
      test.emulator.subjects.upsert({ key: "acme", displayName: "Somebody else's" });
      await test.up({}, { unsettledBecause: "the subject is not ours any more" });
      expect(test.emulator.subjects.get("acme")?.displayName).toBe("Somebody else's");
    });
  });
});

describe("a subject that exists already", () => {
  it("is adopted by default: declared fields are set, the record stays the same", async () => {
    await withStack(async (test) => {
      test.emulator.subjects.upsert({ key: "acme", displayName: "From the dashboard", metadata: { old: true } });
      const { id } = test.emulator.subjects.get("acme") ?? {};
      await test.up({ acme: { key: "acme", displayName: "Acme" } });
      expect(test.emulator.subjects.get("acme")).toMatchObject({ id, displayName: "Acme", metadata: { old: true } });
    });
  });

  it('is refused with onExisting: "fail", untouched, with the way to adopt it', async () => {
    await withStack(async (test) => {
      test.emulator.subjects.upsert({ key: "acme", displayName: "From the dashboard" });
      const refusing = { acme: { ...acme, onExisting: "fail" } } as const;
      const foreseen = /warning: subject "acme" exists in OpenMeter already, which onExisting "fail" refuses/;
      expect((await test.preview(refusing)).text).toMatch(foreseen);
      const message = await test.failingUp(refusing);
      // Where it is carried out, the failure says so itself.
      expect(message).not.toMatch(foreseen);
      expect(message).toMatch(/subject "acme" exists in OpenMeter already.*onExisting: "adopt"/s);
      expect(test.emulator.subjects.get("acme")?.displayName).toBe("From the dashboard");
      expect(await test.stateNames()).toEqual([]);
    });
  });

  longIt('does not stop a swap of the keys of two subjects with onExisting: "fail"', async () => {
    await withStack(async (test) => {
      const a = { key: "a", onExisting: "fail", displayName: "A" } as const;
      const b = { key: "b", onExisting: "fail", displayName: "B" } as const;
      await test.up({ a, b });
      await test.up({ a: { ...a, key: "b" }, b: { ...b, key: "a" } });
      expect(
        test.emulator.subjects
          .list()
          .map(({ key }) => key)
          .sort(),
      ).toEqual(["a", "b"]);
    });
  });

  longIt("needs no request when only onExisting changes", async () => {
    await withStack(async (test) => {
      await test.up({ acme });
      test.emulator.requests.clear();
      await test.up({ acme: { ...acme, onExisting: "fail" } });
      expect(test.emulator.requests.list().filter(({ method }) => method !== "GET")).toEqual([]);
    });
  });
});
