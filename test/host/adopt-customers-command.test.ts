import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { resourceTypes } from "../../provider/src/contract";
import { withCommand } from "./with-command";

describe("pulumi-openmeter adopt --customers", () => {
  it("writes the customers as they are, and counts those that have no key", async () => {
    await withCommand(async ({ emulator, run }) => {
      const usageAttribution = { subjectKeys: ["acme-1"] };
      emulator.customers.create({ key: "acme", name: "Acme", currency: "EUR", usageAttribution });
      emulator.customers.create({ key: "globex", name: "Globex", billingAddress: { country: "DE", city: "" } });
      const { id } = emulator.customers.create({ name: "Keyless", usageAttribution: { subjectKeys: ["x"] } });
      const { code, stdout, stderr } = await run("adopt", "--customers", "--no-protect");
      expect({ code, program: stdout.slice(stdout.indexOf("\nnew ")) }).toEqual({
        code: 0,
        program: [
          "",
          'new Customer("acme", {',
          '  key: "acme",',
          '  name: "Acme",',
          '  subjectKeys: ["acme-1"],',
          '  currency: "EUR",',
          "  onExisting,",
          "});",
          'new Customer("globex", {',
          '  key: "globex",',
          '  name: "Globex",',
          '  billingAddress: { country: "DE" },',
          "  onExisting,",
          "});",
          "",
        ].join("\n"),
      });
      expect(stderr).toContain(`1 customer left out: a program can't declare customers without a key (${id})`);
      expect(stderr).toContain("2 customers of 2, a Customer each");
      expect(emulator.requests.list().map(({ method, path }) => `${method} ${path.split("?")[0]}`)).toEqual([
        "GET /api/v1/customers",
      ]);
    });
  });

  it("asks for Stripe customers only when their field is named", async () => {
    await withCommand(async ({ emulator, run }) => {
      const keys = Array.from({ length: 20 }, (_, index) => `c${index}`);
      for (const key of keys) emulator.customers.create({ key, name: key });
      emulator.stripe.install();
      const { id } = emulator.customers.create({ key: "l", name: "Linked" });
      emulator.stripe.linkForSubject(id, "cus_7");
      const { stdout } = await run("adopt", "--customers", "--fields", "stripeCustomerId", "--no-protect");
      expect(stdout.match(/.*stripeCustomerId.*/g)).toEqual([
        'new Customer("l", { key: "l", stripeCustomerId: "cus_7", onExisting });',
      ]);
      expect(stdout.match(/^new Customer/gm)).toHaveLength(21);
      expect((await run("adopt", "--customers")).stdout).not.toContain("stripeCustomerId");
    });
  });

  it("lists with --check the customers that the states don't declare", async () => {
    await withCommand(async ({ emulator, folder, run }) => {
      const { id } = emulator.customers.create({ key: "a", name: "A" });
      emulator.customers.create({ key: "b", name: "B" });
      const resources = [{ type: resourceTypes.customer, id, outputs: { key: "a" } }];
      await writeFile(join(folder, "state.json"), JSON.stringify({ deployment: { resources } }));
      const { code, stdout, stderr } = await run("adopt", "--customers", "--check", "--state", "state.json");
      expect({ code, stdout }).toEqual({ code: 1, stdout: '"b"\n' });
      expect(stderr).toContain(`1 of 2 customers of ${emulator.url} is declared by no stack`);
      const { stdout: rest } = await run("adopt", "--customers", "--undeclared", "--state", "state.json");
      expect(rest.match(/^new Customer.*/gm)).toEqual([
        'new Customer("b", { key: "b", name: "B", onExisting }, options);',
      ]);
    });
  });
});

describe("pulumi-openmeter adopt --from-subjects", () => {
  it("writes a customer for each subject, and says what it leaves out", async () => {
    await withCommand(async ({ emulator, run }) => {
      const metadata = { seats: 5, hosts: ["a"] };
      emulator.subjects.upsert({ key: "a", displayName: "A", metadata }, { key: "b" }, { key: "k".repeat(257) });
      emulator.customers.create({ key: "acme", name: "Acme", usageAttribution: { subjectKeys: ["b"] } });
      const { code, stdout, stderr } = await run("adopt", "--from-subjects", "--no-protect");
      expect({ code, program: stdout.slice(stdout.indexOf("\nnew ")) }).toEqual({
        code: 0,
        program: [
          "",
          'new Customer("a", {',
          '  key: "a",',
          '  name: "A",',
          '  subjectKeys: ["a"],',
          '  metadata: { seats: "5" },',
          "});",
          "",
        ].join("\n"),
      });
      expect(stderr).toContain('"a": metadata["hosts"] is left out');
      expect(stderr).toContain('"b": the subject is left out, since it is attributed to customer "acme" already');
      expect(stderr).toMatch(/"kk.*": the customer is left out, .*: key is longer than 256 characters/);
      expect(stderr).toContain("1 customer for 3 subjects, a Customer each");
    });
  });

  it("lists with --check the subjects that have no customer, whatever stacks declare", async () => {
    await withCommand(async ({ emulator, run }) => {
      emulator.subjects.upsert({ key: "a" }, { key: "b" }, { key: "c" }, { key: "d" });
      emulator.customers.create({ key: "a", name: "A" });
      emulator.customers.create({ name: "Keyless", usageAttribution: { subjectKeys: ["b"] } });
      const { code, stdout, stderr } = await run("adopt", "--from-subjects", "--check");
      expect({ code, stdout }).toEqual({ code: 1, stdout: '"c"\n"d"\n' });
      expect(stderr).toContain(`2 of 4 subjects of ${emulator.url} have no customer`);
      const none = await run("adopt", "--from-subjects", "--check", "--match", "^[ab]$");
      expect(none).toMatchObject({ code: 0, stdout: "" });
      expect(none.stderr).toContain(`all 2 subjects of ${emulator.url} have a customer`);
    });
  });
});
