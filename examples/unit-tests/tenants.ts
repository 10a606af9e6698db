import { ComponentResource, type ComponentResourceOptions, type Input, interpolate } from "@pulumi/pulumi";
import { Customer, Subject } from "pulumi-openmeter";

export interface TenantArgs {
  readonly name: string;
  readonly plan: "free" | "team" | "enterprise";
  /** The tenant's ID, which usage events carry as their subject. */
  readonly tenantId: Input<string>;
}

/** A tenant's customer, and the sandbox that paying tenants get for their tests. */
export class Tenant extends ComponentResource {
  readonly customer: Customer;
  readonly sandbox: Subject | undefined;

  constructor(name: string, { name: displayName, plan, tenantId }: TenantArgs, options?: ComponentResourceOptions) {
    super("example:Tenant", name, {}, options);
    this.customer = new Customer(
      name,
      { key: tenantId, name: displayName, metadata: { plan } },
      // A paying customer is not to be deleted by mistake.
      { parent: this, protect: plan !== "free" },
    );
    if (plan !== "free") {
      this.sandbox = new Subject(
        `${name}-sandbox`,
        { key: interpolate`${tenantId}-sandbox`, displayName: `${displayName} (sandbox)`, metadata: { billed: false } },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}
