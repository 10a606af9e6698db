import { CustomResource, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { providerLines, resourceTypes } from "../contract";
import { customerKind } from "../kinds/customer/fields";
import { makeObject } from "./object";
import { skipTracesAfterTransformations } from "./stack-traces";

/** A billing address as OpenMeter has it. Parts without a value are absent. */
export interface CustomerAddress {
  /** Two capital letters (ISO 3166-1 alpha-2), such as `DE`. */
  readonly country?: string;
  /** Such as `10115`. */
  readonly postalCode?: string;
  /** The state, province or region. */
  readonly state?: string;
  /** The city. */
  readonly city?: string;
  /** The first line: street and number. */
  readonly line1?: string;
  /** The second line: floor, suite or care of. */
  readonly line2?: string;
  /** A phone number, in any form. */
  readonly phoneNumber?: string;
}

/** A billing address as a program declares it. No part may be an empty text; leave it out. */
export type CustomerAddressArgs = { readonly [Part in keyof CustomerAddress]: Input<string> | undefined };

/** The arguments of a {@link Customer}. A field that is left out is not managed: its value in OpenMeter stays as it is. */
export interface CustomerArgs {
  /**
   * Your own identifier of the customer, such as its ID in a CRM. 1 to 256 characters, neither `.` nor `..`. Events whose
   * `subject` is the key count as the customer's usage, also without being named in `subjectKeys`.
   *
   * It cannot be changed: the preview refuses another key. It would be another customer, without the subscriptions,
   * entitlements and Stripe link of this one. The key may be secret.
   */
  readonly key: Input<string>;

  /**
   * The name that people see and that stands on invoices. 1 to 256 characters. If it is left out, a new customer gets its
   * key as its name, and an adopted one keeps its own. When it stops being declared, the name becomes the key.
   */
  readonly name?: Input<string> | undefined;

  /** Any text of at most 1,024 characters. Cleared when it stops being declared. */
  readonly description?: Input<string> | undefined;

  /**
   * The keys of the subjects whose usage counts as the customer's. Each is at most 2,500 bytes of UTF-8 and not empty. They are
   * a set: order and repetition do not matter. The customer's own key need not be among them. A subject key belongs to one
   * customer, and OpenMeter creates a subject for each that has none.
   *
   * If it is left out, the subject keys are not managed. `[]` means that there are none. Removed when it stops being declared.
   * OpenMeter refuses changes of them while the customer has an active subscription.
   */
  readonly subjectKeys?: Input<readonly Input<string>[]> | undefined;

  /** Where invoices are sent. At most 2,500 bytes of UTF-8, not empty. Cleared when it stops being declared. */
  readonly primaryEmail?: Input<string> | undefined;

  /**
   * The currency of the customer's invoices: three capital letters (ISO 4217), such as `EUR`. It can be changed and not cleared:
   * the preview refuses to stop declaring it, because OpenMeter keeps the currency of a customer that has one.
   */
  readonly currency?: Input<string> | undefined;

  /**
   * The billing address. Owned as a whole: a part that is not declared is removed, and counts as drift when it appears. All of
   * it is cleared when it stops being declared.
   */
  readonly billingAddress?: Input<CustomerAddressArgs> | undefined;

  /**
   * Names and texts. Unless `undeclaredMetadata` is `"keep"`, entries that others add count as drift. No NUL characters. OpenMeter's v3
   * API hides entries whose names and values are not 1 to 63 letters and digits, with single `.`, `_` or `-` between them; a
   * warning names such entries. Cleared when it stops being declared.
   */
  readonly metadata?: Input<{ readonly [name: string]: Input<string> | undefined }> | undefined;

  /**
   * The Stripe customer ID, `cus_…`. It is linked after the customer is written. That needs a Stripe app in OpenMeter and a
   * billing profile of the customer that uses it, and Stripe must know the ID. Unlinked when it stops being declared. A customer
   * that never declares it keeps the link that it has, and nothing asks for it.
   */
  readonly stripeCustomerId?: Input<string> | undefined;

  /**
   * What to do if OpenMeter already has a customer with this key when the resource is created. `"adopt"` (default) takes it
   * over and sets the declared fields. `"match"` takes it over only if it has exactly the declared values, so nothing is sent
   * (the preview says so). `"fail"` refuses. If metadata is declared, adopting a customer replaces all of its metadata, unless
   * `undeclaredMetadata` is `"keep"`.
   */
  readonly onExisting?: Input<"adopt" | "match" | "fail"> | undefined;

  /**
   * What to do with metadata entries that the program does not declare, if it declares metadata. `"remove"` (default) treats
   * them as drift, which a refresh shows and `up --refresh` removes. `"keep"` leaves them to whoever writes them: they are not
   * drift and are not touched. An entry that stops being declared is removed either way, unless another resource takes the
   * customer over with `"keep"`. Changing this from `"remove"` to `"keep"` removes nothing.
   */
  readonly undeclaredMetadata?: Input<"remove" | "keep"> | undefined;
}

const customerClass = { kind: customerKind, type: resourceTypes.customer, providerLine: providerLines.customer };

/**
 * A customer of OpenMeter: who is billed for usage, and whose entitlements are checked. The usage of its subjects counts as its own.
 *
 * Only declared fields are managed. The resource's ID is OpenMeter's identifier of the customer, a ULID.
 *
 * Deleting the resource deletes the customer. OpenMeter marks it as deleted, which cannot be undone, and frees its key and
 * subject keys; subjects and their usage stay. It refuses to delete a customer that has active subscriptions, active
 * entitlements, or invoices that are not final. This package never cancels any of them. The customer is not deleted if another
 * resource of the program declares it. Set the option `protect: true`. `deleteBeforeReplace` is ignored, with a warning.
 *
 * An update reads the customer, changes what the program changed, and writes it back whole. OpenMeter removes its own
 * annotations at each such write.
 *
 * Source: `POST` and `GET /api/v1/customers`, `GET`, `PUT` and `DELETE /api/v1/customers/{customerIdOrKey}`, and, for
 * `stripeCustomerId` alone, `/api/v1/customers/{customerIdOrKey}/apps` and `/api/v1/customers/{customerIdOrKey}/stripe` of
 * OpenMeter's API.
 *
 * The preview reports all invalid arguments, each with its property path. The error of a failed operation names the customer,
 * the reason, what was kept and what to do.
 *
 * @example
 * ```ts
 * import { Customer } from "pulumi-openmeter";
 *
 * const acme = new Customer("acme", { key: "customer-42" }, { protect: true });
 * ```
 *
 * @example With the usage of several subjects
 * ```ts
 * import { Customer } from "pulumi-openmeter";
 *
 * new Customer(
 *   "globex",
 *   { key: "customer-43", name: "Globex Corporation", subjectKeys: ["globex-eu", "globex-us"] },
 *   { protect: true },
 * );
 * ```
 *
 * @example All fields
 * ```ts
 * import { Customer } from "pulumi-openmeter";
 *
 * new Customer(
 *   "initech",
 *   {
 *     key: "customer-44",
 *     name: "Initech GmbH",
 *     description: "Since 2019",
 *     subjectKeys: ["initech-prod"],
 *     primaryEmail: "billing@initech.example",
 *     currency: "EUR",
 *     billingAddress: { country: "DE", postalCode: "10115", city: "Berlin", line1: "Invalidenstr. 1" },
 *     metadata: { plan: "enterprise", seats: "250" },
 *     stripeCustomerId: "cus_JMOlctsKV8",
 *   },
 *   { protect: true },
 * );
 * ```
 *
 * @example Metadata that a CRM writes, too
 * ```ts
 * import { Customer } from "pulumi-openmeter";
 *
 * new Customer("umbrella", { key: "customer-45", metadata: { plan: "free" }, undeclaredMetadata: "keep" });
 * ```
 */
export class Customer extends CustomResource {
  /** The customer's key. */
  declare readonly key: Output<string>;
  /** The name, `undefined` when it is not declared. A look-up always has it. */
  declare readonly name: Output<string | undefined>;
  /** The description, `undefined` when it is not declared (for a look-up: when there is none). */
  declare readonly description: Output<string | undefined>;
  /** The subject keys, `undefined` when they are not declared. */
  declare readonly subjectKeys: Output<readonly string[] | undefined>;
  /** The email address, `undefined` when it is not declared (for a look-up: when there is none). */
  declare readonly primaryEmail: Output<string | undefined>;
  /** The currency, `undefined` when it is not declared (for a look-up: when there is none). */
  declare readonly currency: Output<string | undefined>;
  /** The billing address, `undefined` when it is not declared. */
  declare readonly billingAddress: Output<CustomerAddress | undefined>;
  /** The metadata, `undefined` when it is not declared. */
  declare readonly metadata: Output<Readonly<Record<string, string>> | undefined>;
  /** The Stripe customer ID, `undefined` when it is not declared (for a look-up: when there is none). */
  declare readonly stripeCustomerId: Output<string | undefined>;
  /** OpenMeter's identifier of the customer, a ULID: the resource's ID. It changes when the customer is deleted and created again. */
  declare readonly customerId: Output<string>;

  /**
   * Looks up a customer that this program does not manage, with all of its fields (`GET /api/v1/customers/{customerIdOrKey}`).
   *
   * @param name the resource's name in the program
   * @param keyOrId the customer's key, or OpenMeter's identifier of it
   * @throws if there is no such customer: the engine reports the resource as missing and stops
   *
   * @example
   * ```ts
   * import { Customer } from "pulumi-openmeter";
   *
   * export const currency = Customer.get("acme", "customer-42").currency;
   * ```
   */
  static get(name: string, keyOrId: Input<string>, options?: CustomResourceOptions): Customer {
    return new Customer(name, undefined, { ...options, id: keyOrId });
  }

  /** Whether a value is a Customer, even one from another copy of this package. */
  static override isInstance(value: unknown): value is Customer {
    return CustomResource.isInstance(value) && Reflect.get(value, "__pulumiType") === resourceTypes.customer;
  }

  constructor(name: string, args: CustomerArgs | undefined, options: CustomResourceOptions = {}) {
    const {
      inputs,
      options: ownOptions,
      failed,
      made,
    } = makeObject(customerClass, { name, args: { ...args }, options });
    try {
      super(resourceTypes.customer, name, inputs, ownOptions);
    } catch (error) {
      throw failed(error, Customer);
    }
    made(this);
  }
}

skipTracesAfterTransformations(Customer);
