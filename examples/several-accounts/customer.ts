import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import { type Provider, Subject } from "pulumi-openmeter";

export interface CustomerArgs {
  readonly displayName: string;
  readonly plan: "enterprise" | "free" | "pro";
  /**
   * The account of the customer's region. An argument, and not the option `providers`, which would give the account's address and
   * key to every dynamic resource in the component, those of other packages included.
   */
  readonly account: Provider;
}

/** A customer and its sandbox, each with a subject, in the account of the customer's region. */
export class Customer extends ComponentResource {
  readonly subject: Subject;
  readonly sandbox: Subject;

  constructor(name: string, { displayName, plan, account }: CustomerArgs, options?: ComponentResourceOptions) {
    super("example:Customer", name, {}, options);
    const inAccount = { parent: this, provider: account };
    this.subject = new Subject(name, { key: `customer-${name}`, displayName, metadata: { plan } }, inAccount);
    this.sandbox = new Subject(
      `${name}-sandbox`,
      { key: `customer-${name}-sandbox`, displayName: `${displayName} (sandbox)`, metadata: { plan: "free" } },
      inAccount,
    );
    this.registerOutputs({ key: this.subject.key });
  }
}
