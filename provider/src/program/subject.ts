import { CustomResource, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { providerLines, resourceTypes } from "../contract";
import type { JsonObject } from "../json";
import { subjectKind } from "../kinds/subject/fields";
import { makeObject } from "./object";
import { skipTracesAfterTransformations } from "./stack-traces";

/** A JSON value. Any part of it may be an output of another resource. */
export type JsonInput = Input<
  string | number | boolean | null | readonly JsonInput[] | { readonly [key: string]: JsonInput | undefined }
>;

/** The arguments of a {@link Subject}. A field that is left out is not managed: its value in OpenMeter stays as it is. */
export interface SubjectArgs {
  /**
   * The subject's key: the `subject` of its usage events. At most 2,500 bytes of UTF-8, neither empty nor `.` nor `..`.
   * Changing the key is a replacement: it creates the new subject and then deletes the old one.
   */
  readonly key: Input<string>;

  /** The name that people see. At most 2,500 bytes of UTF-8. Cleared when it stops being declared. */
  readonly displayName?: Input<string> | undefined;

  /**
   * An object of any JSON values. Unless `undeclaredMetadata` is `"keep"`, entries that others add count as drift. No `null` as
   * a direct entry (OpenMeter refuses that), no NUL characters, no integers beyond ±(2^53 − 1). Cleared when it stops being
   * declared.
   */
  readonly metadata?: Input<{ readonly [key: string]: JsonInput | undefined }> | undefined;

  /** The Stripe customer ID, `cus_…`. Cleared when it stops being declared. */
  readonly stripeCustomerId?: Input<string> | undefined;

  /**
   * What to do if OpenMeter already has a subject with this key when the resource is created. `"adopt"` (default) takes it
   * over and sets the declared fields. `"match"` takes it over only if it has exactly the declared values, so nothing is sent
   * (the preview says so). `"fail"` refuses. If metadata is declared, adopting a subject replaces all of its metadata, unless
   * `undeclaredMetadata` is `"keep"`.
   */
  readonly onExisting?: Input<"adopt" | "match" | "fail"> | undefined;

  /**
   * What to do with metadata entries that the program does not declare, if it declares metadata. `"remove"` (default) treats
   * them as drift, which a refresh shows and `up --refresh` removes. `"keep"` leaves them to whoever writes them: they are not
   * drift and are not touched. An entry that stops being declared is removed either way, unless another resource takes the
   * subject over with `"keep"`. Changing this from `"remove"` to `"keep"` removes nothing.
   */
  readonly undeclaredMetadata?: Input<"remove" | "keep"> | undefined;
}

const subjectClass = { kind: subjectKind, type: resourceTypes.subject, providerLine: providerLines.subject };

/**
 * A subject of OpenMeter: whatever consumes the resources that are metered, such as a customer, user, host, service or device.
 *
 * Only declared fields are managed. Deleting the resource deletes the subject and keeps its usage. The subject is not
 * deleted if another resource of the program declares it. The resource's ID is the key. The option `deleteBeforeReplace` is
 * ignored, with a warning.
 * Source: `POST /api/v1/subjects`, `GET` and `DELETE /api/v1/subjects/{subjectIdOrKey}` of OpenMeter's API.
 *
 * The preview reports all invalid arguments, each with its property path. The error of a failed operation names the subject,
 * the reason, what was kept and what to do.
 *
 * @example
 * ```ts
 * import { Subject } from "pulumi-openmeter";
 *
 * const acme = new Subject("acme", { key: "customer-42" });
 * ```
 *
 * @example All fields
 * ```ts
 * import { Subject } from "pulumi-openmeter";
 *
 * const globex = new Subject("globex", {
 *   key: "customer-43",
 *   displayName: "Globex Corporation",
 *   stripeCustomerId: "cus_JMOlctsKV8",
 *   metadata: { plan: "enterprise", seats: 250, regions: ["eu", "us"] },
 * });
 * ```
 *
 * @example Metadata that a CRM writes, too
 * ```ts
 * import { Subject } from "pulumi-openmeter";
 *
 * new Subject("initech", { key: "customer-44", metadata: { plan: "free" }, undeclaredMetadata: "keep" });
 * ```
 */
export class Subject extends CustomResource {
  /** The subject's key. */
  declare readonly key: Output<string>;
  /** The display name, `undefined` when it is not declared (for a look-up: when there is none). */
  declare readonly displayName: Output<string | undefined>;
  /** The metadata, `undefined` when it is not declared. */
  declare readonly metadata: Output<JsonObject | undefined>;
  /** The Stripe customer ID, `undefined` when it is not declared (for a look-up: when there is none). */
  declare readonly stripeCustomerId: Output<string | undefined>;
  /** OpenMeter's identifier of the record, a ULID. It changes when the subject is deleted and created again. */
  declare readonly subjectId: Output<string>;

  /**
   * Looks up a subject that this program does not manage, with all of its fields (`GET /api/v1/subjects/{key}`).
   *
   * @param name the resource's name in the program
   * @param key the subject's key
   * @throws if there is no such subject: the engine reports the resource as missing and stops
   *
   * @example
   * ```ts
   * import { Subject } from "pulumi-openmeter";
   *
   * export const plan = Subject.get("acme", "customer-42").metadata;
   * ```
   */
  static get(name: string, key: Input<string>, options?: CustomResourceOptions): Subject {
    return new Subject(name, undefined, { ...options, id: key });
  }

  /** Whether a value is a Subject, even one from another copy of this package. */
  static override isInstance(value: unknown): value is Subject {
    return CustomResource.isInstance(value) && Reflect.get(value, "__pulumiType") === resourceTypes.subject;
  }

  constructor(name: string, args: SubjectArgs | undefined, options: CustomResourceOptions = {}) {
    const {
      inputs,
      options: ownOptions,
      failed,
      made,
    } = makeObject(subjectClass, { name, args: { ...args }, options });
    try {
      super(resourceTypes.subject, name, inputs, ownOptions);
    } catch (error) {
      throw failed(error, Subject);
    }
    made(this);
  }
}

skipTracesAfterTransformations(Subject);
