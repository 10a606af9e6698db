import { secret } from "@pulumi/pulumi";
import { Subject, SubjectSet, type SubjectSetArgs, type SubjectSetMember } from "pulumi-openmeter";
import { describe, expect, it } from "vitest";
import { longIt } from "../sample";
import { given, type Program, withStack } from "./stack";

type Members = readonly (SubjectSetMember & { readonly key: string })[];

const customers = (count: number): Members =>
  Array.from({ length: count }, (_, index) => ({
    key: `customer-${index}`,
    displayName: `Customer ${index}`,
    metadata: { plan: "pro", seats: index },
  }));

/** A program of single subjects and sets, with what the server must hold after it. */
function program(sets: Record<string, Members>, singles: Members = [], options: Partial<SubjectSetArgs> = {}): Program {
  const all = [...Object.values(sets).flat(), ...singles];
  return {
    holds: Object.fromEntries(all.map(({ key, ...fields }) => [key, fields])),
    run: async () => {
      for (const [name, subjects] of Object.entries(sets)) new SubjectSet(name, { subjects, ...options });
      for (const single of singles) new Subject(`single-${single.key}`, single);
      return undefined;
    },
  };
}

describe("a set of subjects", () => {
  it("is created in chunks, is quiet when nothing changes, and sends only what does", async () => {
    await withStack(async (test) => {
      const members = customers(1200);
      const { stdout } = await test.up(program({ customers: members }), { unsettledBecause: "requests are counted" });
      expect(stdout).toContain('set "customers": 1,200 to create of 1,200');
      expect(test.emulator.requests.count("POST /api/v1/subjects")).toBe(3);

      test.emulator.requests.clear();
      const again = await test.up(program({ customers: members }), { unsettledBecause: "requests are counted" });
      expect(again.stdout).not.toContain('set "customers"');
      expect(test.emulator.requests.list()).toEqual([]);

      const changed = members.map((member) =>
        member.key === "customer-7" ? { ...member, displayName: "Seven" } : member,
      );
      const { text } = await test.preview(program({ customers: changed }));
      expect(text).toContain('set "customers": 1 to update of 1,200: ~"customer-7" (displayName)');
      await test.up(program({ customers: changed }));
      const posts = test.emulator.requests.list().filter(({ method }) => method === "POST");
      expect(posts.map(({ body }) => body)).toEqual([[{ key: "customer-7", displayName: "Seven" }]]);
    });
  });

  longIt(
    "clears dropped fields, leaves undeclared ones and foreign subjects alone, and deletes what leaves",
    async () => {
      await withStack(async (test) => {
        test.emulator.subjects.upsert(
          { key: "foreign", displayName: "Foreign" },
          { key: "customer-1", stripeCustomerId: "cus_1" },
        );
        await test.up(program({ customers: customers(3) }));
        await test.up(program({ customers: [{ key: "customer-0" }, { key: "customer-1", displayName: "One" }] }));
        expect(test.emulator.subjects.get("customer-0")).not.toHaveProperty("displayName");
        expect(test.emulator.subjects.get("customer-1")).toMatchObject({
          displayName: "One",
          stripeCustomerId: "cus_1",
          metadata: {},
        });
        expect(test.emulator.subjects.get("customer-2")).toBeUndefined();
        await test.stack.destroy();
        expect(test.emulator.subjects.list().map(({ key }) => key)).toEqual(["foreign"]);
      });
    },
  );

  longIt("shows drift and what is gone in a preview with refresh, and up repairs both", async () => {
    await withStack(async (test) => {
      const members = customers(40);
      await test.up(program({ customers: members }));
      test.emulator.subjects.upsert({
        key: "customer-3",
        displayName: "Drifted",
        stripeCustomerId: "cus_not_declared",
      });
      test.emulator.subjects.delete("customer-5");
      test.emulator.requests.clear();
      const { text, steps } = await test.preview(program({ customers: members }), { refresh: true });
      expect(steps.map(({ name, op }) => ({ name, op }))).toEqual([{ name: "customers", op: "update" }]);
      expect(text).toContain(
        'set "customers": 1 to create, 1 to update of 40: ~"customer-3" (displayName), +"customer-5"',
      );
      // Of the ids, the one that another record is going to get, and not the whole text of them.
      expect(text).toMatch(/^ +~ customer-5 +: "\w{26}" => "\(to be created\)"$/m);
      expect(test.emulator.requests.count("GET /api/v1/subjects")).toBe(1);
      await test.up(program({ customers: members }), { refresh: true });
      expect(test.emulator.subjects.get("customer-3")?.stripeCustomerId).toBe("cus_not_declared");
    });
  });

  it("refuses in preview to remove more than a fifth, says how many and how to allow it, and does it when allowed", async () => {
    await withStack(async (test) => {
      await given(test, program({ customers: customers(100) }));
      const message = await test.failingPreview(program({ customers: [] }));
      expect(message).toMatch(/would lose 100 of 100 \(.*maxDeletions allows 20.*maxDeletions: 100/s);
      expect(message).not.toContain("Customer 50");
      await test.failingUp(program({ customers: customers(79) }));
      expect(test.emulator.subjects.list()).toHaveLength(100);
      await test.up(program({ customers: [] }, [], { maxDeletions: 100 }));
      expect(test.emulator.subjects.list()).toEqual([]);
    });
  });

  it("stores all but the subjects that OpenMeter refuses, names those, and sends only the rest the next time", async () => {
    await withStack(async (test) => {
      const members = customers(700);
      for (const key of ["customer-3", "customer-600"]) {
        test.emulator.faults.add({
          kind: "status",
          status: 400,
          body: { title: "Bad Request", status: 400, detail: "name is required" },
          contentType: "application/problem+json",
          match: { key },
          times: Number.POSITIVE_INFINITY,
        });
      }
      const message = await test.failingUp(program({ customers: members }));
      expect(message).toContain("698 of 700 changes were made, 2 failed");
      // What several have in common is said once.
      expect(message).toMatch(/"customer-\d+", "customer-\d+": OpenMeter answered 400 Bad Request: name is required/);
      expect(test.emulator.subjects.list()).toHaveLength(698);
      test.emulator.faults.clear();
      test.emulator.requests.clear();
      await test.up(program({ customers: members }));
      const posts = test.emulator.requests.list().filter(({ method }) => method === "POST");
      expect(posts.map(({ body }) => (Array.isArray(body) ? body.map(({ key }) => key) : body))).toEqual([
        ["customer-3", "customer-600"],
      ]);
    });
  });

  longIt("may hold values of other resources and secrets", async () => {
    await withStack(async (test) => {
      const run = async () => {
        const host = new Subject("host", { key: "host" });
        new SubjectSet("disks", {
          subjects: [{ key: "disk", metadata: { on: host.subjectId, token: secret("hush-hush") } }],
        });
        return undefined;
      };
      const disks: Program = { run, holds: {} };
      expect((await test.preview(disks)).steps.map(({ op }) => op)).toEqual(["create", "create"]);
      await test.up(disks);
      const id = test.emulator.subjects.get("host")?.id;
      expect(test.emulator.subjects.get("disk")?.metadata).toEqual({ on: id, token: "hush-hush" });
      expect(await test.stateText()).not.toContain("hush-hush");
    });
  });
});

describe("a subject that moves", () => {
  const [first, second, third] = customers(3);
  if (first === undefined || second === undefined || third === undefined) throw new Error("three are made");

  longIt("to a resource that waits for its set keeps all but what nobody declares any more", async () => {
    await withStack(async (test) => {
      await test.up(program({ one: [first, second, third] }));
      test.emulator.subjects.upsert({ key: first.key, stripeCustomerId: "cus_foreign" });
      const { id } = test.emulator.subjects.get(first.key) ?? {};
      test.emulator.requests.clear();
      const moved: Program = {
        holds: {},
        run: async () => {
          const one = new SubjectSet("one", { subjects: [third] });
          new Subject("single", { key: first.key, displayName: "First" }, { dependsOn: [one] });
          new SubjectSet("two", { subjects: [second] }, { dependsOn: [one] });
          return undefined;
        },
      };
      const { text, companions } = await test.preview(moved);
      expect(text).toContain('set "one": 2 to remove of 3: -"customer-0", -"customer-1"');
      expect(companions.map(({ name, op }) => `${op} ${name}`)).toContain("replace one");
      const { stdout } = await test.up(moved);
      expect(stdout).toContain('set "one": "customer-0", "customer-1" kept: the program still declares them');
      expect(test.emulator.requests.count(/^DELETE /)).toBe(0);
      expect(test.emulator.subjects.get(first.key)).toMatchObject({
        id,
        displayName: "First",
        metadata: {},
        stripeCustomerId: "cus_foreign",
      });
      expect(test.emulator.subjects.get(second.key)).toMatchObject(second);
    });
  });

  it("cannot be in two places: the error names both", async () => {
    await withStack(async (test) => {
      // The program registers both at once: either may be the second.
      expect(await test.failingPreview(program({ one: [first], two: [first] }))).toMatch(
        /subjects\["customer-0"\] is declared by SubjectSet "(two|one)" and by SubjectSet "(?!\1)(one|two)"/,
      );
      expect(await test.failingPreview(program({ one: [first] }, [first]))).toMatch(
        /"customer-0"\]? is declared by (Subject "single-customer-0" and by SubjectSet "one"|SubjectSet "one" and by Subject "single-customer-0")/,
      );
    });
  });
});
