import type { FaultAction } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import { sample } from "../../sample";
import { Deployment, type Program } from "./deployment";
import { customer, customerSet } from "./program";

/** What may become of one request. */
const faults: readonly { readonly fault: string; readonly action: FaultAction }[] = [
  { fault: "is reset before the server has carried it out", action: { kind: "resetBefore" } },
  { fault: "is reset after the server has carried it out", action: { kind: "resetAfter" } },
  { fault: "is answered 500", action: { kind: "status", status: 500 } },
  {
    fault: "is answered 500 although the server has carried it out",
    action: { kind: "status", status: 500, applied: true },
  },
  { fault: "is answered 429", action: { kind: "status", status: 429, retryAfter: "1" } },
  { fault: "is cut off in the middle of its answer", action: { kind: "truncate" } },
];

/** Other writers' fields, which no step declares. */
const theirs = { description: "theirs", currency: "EUR" };

/** Steps from one program to the next. */
const steps: readonly { readonly step: string; readonly from: Program; readonly to: Program }[] = [
  {
    step: "a create",
    from: {},
    to: { a: customer("acme", { name: "A", subjectKeys: ["k"], metadata: { plan: "pro" } }) },
  },
  { step: "a create with a Stripe customer ID", from: {}, to: { a: customer("acme", { stripeCustomerId: "cus_1" }) } },
  { step: "an adoption", from: {}, to: { a: customer("theirs", { name: "A", metadata: { plan: "pro" } }) } },
  {
    step: "an update",
    from: { a: customer("acme", { name: "A", primaryEmail: "a@b.example", stripeCustomerId: "cus_1" }) },
    to: { a: customer("acme", { name: "B", subjectKeys: ["k"], stripeCustomerId: "cus_2" }) },
  },
  {
    step: "an update that clears a country and unlinks Stripe",
    from: { a: customer("acme", { billingAddress: { country: "DE", city: "B" }, stripeCustomerId: "cus_1" }) },
    to: { a: customer("acme", { billingAddress: { city: "B" } }) },
  },
  {
    step: "a swap of subject keys",
    from: { a: customer("a", { subjectKeys: ["x"] }), b: customer("b", { subjectKeys: ["y"] }) },
    to: { a: customer("a", { subjectKeys: ["y"] }), b: customer("b", { subjectKeys: ["x"] }) },
  },
  { step: "a delete", from: { a: customer("acme"), b: customer("b") }, to: { b: customer("b") } },
  {
    step: "a change of a set",
    from: { s: customerSet({ a: { name: "A" }, b: { subjectKeys: ["k"] }, gone: {} }) },
    to: { s: customerSet({ a: { name: "A2", subjectKeys: ["k"] }, b: { subjectKeys: [] }, c: {} }) },
  },
  {
    step: "a move from a set to a Customer",
    from: { s: customerSet({ a: { name: "A" }, b: {} }) },
    to: { c: customer("a", { name: "A" }), s: customerSet({ b: {} }) },
  },
];

/** A deployment of the first program. */
async function deployed(from: Program, maxRetries = 0): Promise<Deployment> {
  const deployment = new Deployment({ stripe: true, maxRetries });
  deployment.emulator.customers.create({ key: "theirs", name: "Theirs" });
  await deployment.up(from);
  for (const { id, createdAt: _c, updatedAt: _u, ...fields } of deployment.emulator.customers.list()) {
    deployment.emulator.customers.put(id, { ...fields, ...theirs });
  }
  return deployment;
}

/** All that the server has of live customers, without ids and times. */
function contentOf({ emulator: { customers, stripe } }: Deployment): unknown {
  return customers
    .list()
    .map(({ id, createdAt: _c, updatedAt: _u, ...fields }) => ({ ...fields, ...stripe.linkOf(id) }))
    .sort((left, right) => String(left.key).localeCompare(String(right.key)));
}

/** The ids of the live customers, by key. */
function recordsOf({ emulator: { customers } }: Deployment): Readonly<Record<string, string>> {
  return Object.fromEntries(customers.list().map(({ key, id }) => [String(key), id]));
}

describe.each(steps)("$step", ({ from, to }) => {
  it.each(sample(faults, 3))(
    "of which any request $fault is brought to its end by the next run",
    async ({ action }) => {
      const rehearsal = await deployed(from);
      const { requests } = await rehearsal.up(to);
      for (const refreshes of [false, true]) {
        for (const [index, request] of requests.entries()) {
          const deployment = await deployed(from);
          const records = recordsOf(deployment);
          deployment.emulator.faults.add({ ...action, skip: index });
          await deployment.up(to).catch(() => {});
          deployment.emulator.faults.clear();
          if (refreshes) {
            await deployment.refresh();
          }
          await deployment.up(to);
          const where = `${request} (${index + 1} of ${requests.length}), ${refreshes ? "with" : "without"} a refresh`;
          expect(contentOf(deployment), where).toEqual(contentOf(rehearsal));
          expect({ ...recordsOf(deployment), ...records }, where).toMatchObject(recordsOf(deployment));
          expect(await deployment.refreshedPreview(to), where).toEqual([]);
        }
      }
    },
  );

  it.each(sample(faults, 2))("of which any request $fault once succeeds by another try", async ({ action }) => {
    const rehearsal = await deployed(from, 2);
    const { requests } = await rehearsal.up(to);
    for (const [index, request] of requests.entries()) {
      const deployment = await deployed(from, 2);
      deployment.emulator.faults.add({ ...action, skip: index });
      await deployment.up(to);
      expect(contentOf(deployment), request).toEqual(contentOf(rehearsal));
      expect(await deployment.refreshedPreview(to), request).toEqual([]);
    }
  });
});

describe("a create that is not known to be carried out", () => {
  it('meets its own first try with onExisting "fail", and counts as done', async () => {
    const deployment = new Deployment();
    deployment.emulator.faults.add({ kind: "resetAfter", match: { method: "POST" } });
    await deployment.settle({ a: customer("acme", { name: "A", subjectKeys: ["k"], onExisting: "fail" }) });
    expect(deployment.emulator.customers.size).toBe(1);
  });
});
