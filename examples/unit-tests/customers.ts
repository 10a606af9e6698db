import { ComponentResource, type ComponentResourceOptions, type Input, interpolate } from "@pulumi/pulumi";
import { Subject } from "pulumi-openmeter";

export interface CustomerArgs {
  readonly name: string;
  readonly plan: "free" | "team" | "enterprise";
  /** The tenant's ID, which usage events carry as their subject. */
  readonly tenantId: Input<string>;
}

/** A customer, and the sandbox that paying customers get for their tests. */
export class Customer extends ComponentResource {
  readonly subject: Subject;
  readonly sandbox: Subject | undefined;

  constructor(name: string, { name: displayName, plan, tenantId }: CustomerArgs, options?: ComponentResourceOptions) {
    super("example:Customer", name, {}, options);
    this.subject = new Subject(
      name,
      { key: tenantId, displayName, metadata: { plan } },
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
