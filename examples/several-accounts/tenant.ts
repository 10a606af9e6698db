import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import { Customer, type Provider, Subject } from "pulumi-openmeter";

export interface TenantArgs {
  readonly displayName: string;
  readonly plan: "enterprise" | "free" | "pro";
  /**
   * The account of the tenant's region. An argument, and not the option `providers`, which would give the account's address and
   * key to every dynamic resource in the component, those of other packages included.
   */
  readonly account: Provider;
}

/** A customer, and the subject of its sandbox, in the account of the customer's region. */
export class Tenant extends ComponentResource {
  readonly customer: Customer;
  readonly sandbox: Subject;

  constructor(name: string, { displayName, plan, account }: TenantArgs, options?: ComponentResourceOptions) {
    super("example:Tenant", name, {}, options);
    const inAccount = { parent: this, provider: account };
    this.customer = new Customer(name, { key: `customer-${name}`, name: displayName, metadata: { plan } }, inAccount);
    this.sandbox = new Subject(
      `${name}-sandbox`,
      { key: `customer-${name}-sandbox`, displayName: `${displayName} (sandbox)`, metadata: { plan: "free" } },
      inAccount,
    );
    this.registerOutputs({ key: this.customer.key });
  }
}
