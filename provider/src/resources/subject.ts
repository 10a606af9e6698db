import { CustomResource, type CustomResourceOptions, type Input, isSecret, Output, output } from "@pulumi/pulumi";
import { isPlainObject, type JsonObject } from "../json";
import { quoted } from "../printable";
import { currentRun, declareKey } from "./declared-keys";
import { refuseLossy, secretArguments } from "./deferred";
import { ignores, noteSubject } from "./elsewhere";
import { warnOfPlainKey } from "./plain-key";
import { subjectProvider, subjectType } from "./provider-string";
import { retraced, suspendStackTraces } from "./stack-traces";

/** A JSON value of which any part may be an output of another resource. */
export type JsonInput = Input<
  string | number | boolean | null | readonly JsonInput[] | { readonly [key: string]: JsonInput | undefined }
>;

/** What a program says of a subject. A field that is left out is not managed: OpenMeter's value of it stays as it is. */
export interface SubjectArgs {
  /**
   * The subject's key: the `subject` of its usage events. At most 2,500 bytes of UTF-8, neither empty nor `.` nor `..`.
   * Another key is another subject: changing it creates the new one and then deletes the old one.
   */
  readonly key: Input<string>;

  /** The name that people see. At most 2,500 bytes of UTF-8. Cleared when it stops being declared. */
  readonly displayName?: Input<string> | undefined;

  /**
   * Key-value pairs of any JSON. What is declared is all of it: pairs that others add count as drift. No `null` directly
   * in it (OpenMeter refuses that), no NUL characters, no integers beyond ±(2^53 − 1). Cleared when it stops being declared.
   */
  readonly metadata?: Input<{ readonly [key: string]: JsonInput | undefined }> | undefined;

  /** The Stripe customer ID, `cus_…`. Cleared when it stops being declared. */
  readonly stripeCustomerId?: Input<string> | undefined;

  /**
   * What to do when OpenMeter has a subject of this key already as the resource is created: `"adopt"` (default) takes it
   * over and sets the declared fields, `"match"` takes it over only if all declared fields are as declared, so that nothing
   * is sent (the preview says so), `"fail"` refuses.
   */
  readonly onExisting?: Input<"adopt" | "match" | "fail"> | undefined;
}

/**
 * A subject of OpenMeter: whatever consumes the resources that are metered, such as a customer, user, host, service or device.
 *
 * Only declared fields are managed. Deleting the resource deletes the subject and keeps its usage. The resource's ID is the key.
 * Source: `POST /api/v1/subjects`, `GET` and `DELETE /api/v1/subjects/{subjectIdOrKey}` of OpenMeter's API.
 *
 * Bad arguments are errors in the preview already, each with its property path. An operation that fails names the subject,
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
  /** OpenMeter's identifier of the record, a ULID. Another one after a deletion and re-creation. */
  declare readonly subjectId: Output<string>;

  /**
   * Looks up a subject that this program does not manage, with all of its fields (`GET /api/v1/subjects/{key}`).
   *
   * @param name the resource's name in the program
   * @param key the subject's key
   * @throws when there is no such subject, the engine reports the resource as missing and stops
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

  /** Whether a value is a Subject, also one of another copy of this package. */
  static override isInstance(value: unknown): value is Subject {
    return CustomResource.isInstance(value) && Reflect.get(value, "__pulumiType") === subjectType;
  }

  constructor(name: string, args: SubjectArgs | undefined, options?: CustomResourceOptions) {
    const properties = { ...outputs, ...inputsOf(name, args, options), __provider: subjectProvider };
    const resume = suspendStackTraces();
    try {
      super(subjectType, name, properties, options);
    } catch (error) {
      resume();
      throw retraced(error, Subject);
    }
    resume();
  }
}

/** Properties that the server adds; Pulumi makes an output of each name it is given. */
const outputs = {
  key: undefined,
  displayName: undefined,
  metadata: undefined,
  stripeCustomerId: undefined,
  subjectId: undefined,
};

function inputsOf(
  name: string,
  args: SubjectArgs | undefined,
  options: CustomResourceOptions | undefined,
): Record<string, unknown> {
  if (options?.id !== undefined) return {};
  const declared = refuseLossy({ ...args }, `Subject ${quoted(name)}`);
  const run = currentRun();
  warnOfPlainKey(run);
  const claim = (key: unknown): unknown => {
    if (typeof key === "string") declareKey(run, key, `Subject ${quoted(name)}`);
    return key;
  };
  const { key, ...fields } = declared;
  const keyInput = Output.isInstance(key)
    ? claimedOnceKnown(key, claim)
    : key instanceof Promise
      ? key.then(claim)
      : claim(key);
  if (typeof key === "string" && !ignores(options, "key")) noteSubject(run, key, fields);
  const secretFields = secretArguments(declared);
  return {
    ...declared,
    key: keyInput,
    metadata: withoutText(declared.metadata),
    // Left out where there are none: Pulumi takes four stack traces for each property, be it undefined.
    ...(secretFields !== undefined && { __secretFields: secretFields }),
  };
}

/** Pulumi writes each input that is no output into a label, which metadata with a name `toString` would let fail. */
function withoutText(metadata: unknown): unknown {
  return isPlainObject(metadata) && Object.hasOwn(metadata, "toString") ? output(metadata) : metadata;
}

/** A secret key is not claimed: the provider refuses it, and the claim's message would tell it. */
function claimedOnceKnown(key: Output<unknown>, claim: (key: unknown) => unknown): Output<unknown> {
  return output(isSecret(key)).apply((secret) => (secret ? key : key.apply(claim)));
}
