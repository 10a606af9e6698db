import { type Output, output, runtime } from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Tenant, type TenantArgs } from "./tenants";

// Stands in for engine and OpenMeter: every resource is "created" with what it asks for. Set anew for each test, so that
// each is a run of its own.
beforeEach(() =>
  runtime.setMocks({
    newResource: ({ inputs }) => ({ id: "01JDTESTTESTTESTTESTTESTTE", state: inputs }),
    call: ({ inputs }) => inputs,
  }),
);

// Waits until all that the test has asked for is "created".
afterEach(() => runtime.disconnect());

function tenant(args: Partial<TenantArgs>): Tenant {
  return new Tenant("test", { name: "Test", plan: "team", tenantId: "tenant-0", ...args });
}

/** The value of an output, once it is known. */
function resolved<T>(output: Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

describe("a tenant", () => {
  it("has a customer with its ID, name and plan", async () => {
    const { customer } = tenant({ name: "Acme Inc.", tenantId: "tenant-1" });
    expect(await resolved(customer.key)).toBe("tenant-1");
    expect(await resolved(customer.name)).toBe("Acme Inc.");
    expect(await resolved(customer.metadata)).toEqual({ plan: "team" });
  });

  it("who pays has a sandbox that is not billed", async () => {
    const { sandbox } = tenant({ plan: "enterprise" });
    expect(sandbox && (await resolved(sandbox.key))).toBe("tenant-0-sandbox");
    expect(sandbox && (await resolved(sandbox.metadata))).toEqual({ billed: false });
  });

  it("who doesn't pay has none", () => {
    expect(tenant({ plan: "free" }).sandbox).toBeUndefined();
  });

  it("may get its ID from another resource", async () => {
    const { sandbox } = tenant({ tenantId: output(Promise.resolve("tenant-9")) });
    expect(sandbox && (await resolved(sandbox.key))).toBe("tenant-9-sandbox");
  });
});
