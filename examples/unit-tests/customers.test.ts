import { type Output, output, runtime } from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Customer, type CustomerArgs } from "./customers";

// Stands in for engine and OpenMeter: every resource is "created" with what it asks for. Set anew for each test, so that
// each is a run of its own.
beforeEach(() =>
  runtime.setMocks({
    newResource: ({ inputs }) => ({ id: inputs.key, state: { ...inputs, subjectId: "01JDTESTTESTTESTTESTTESTTE" } }),
    call: ({ inputs }) => inputs,
  }),
);

// Waits until all that the test has asked for is "created".
afterEach(() => runtime.disconnect());

function customer(args: Partial<CustomerArgs>): Customer {
  return new Customer("test", { name: "Test", plan: "team", tenantId: "tenant-0", ...args });
}

/** The value of an output, once it is known. */
function resolved<T>(output: Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

describe("a customer", () => {
  it("has a subject with the tenant's ID, name and plan", async () => {
    const { subject } = customer({ name: "Acme Inc.", tenantId: "tenant-1" });
    expect(await resolved(subject.key)).toBe("tenant-1");
    expect(await resolved(subject.displayName)).toBe("Acme Inc.");
    expect(await resolved(subject.metadata)).toEqual({ plan: "team" });
  });

  it("who pays has a sandbox that is not billed", async () => {
    const { sandbox } = customer({ plan: "enterprise" });
    expect(sandbox && (await resolved(sandbox.key))).toBe("tenant-0-sandbox");
    expect(sandbox && (await resolved(sandbox.metadata))).toEqual({ billed: false });
  });

  it("who doesn't pay has none", () => {
    expect(customer({ plan: "free" }).sandbox).toBeUndefined();
  });

  it("may get the tenant's ID from another resource", async () => {
    const { sandbox } = customer({ tenantId: output(Promise.resolve("tenant-9")) });
    expect(sandbox && (await resolved(sandbox.key))).toBe("tenant-9-sandbox");
  });
});
