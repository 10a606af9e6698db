import { CustomResource, type CustomResourceOptions, type Input, type Output, output } from "@pulumi/pulumi";
import { marksProperty, providerLines, resourceTypes } from "../contract";
import { isPlainObject, type JsonObject } from "../json";
import { subjectKind } from "../kinds/subject/fields";
import { quoted } from "../printable";
import { type Arguments, argumentProblems, guarded, isDeferred, refuse, secretArguments } from "./inputs";
import { ownOptions, refuseOptions, urnOf, warnOfIneffective } from "./options";
import { warnOfPlainKey } from "./plain-key";
import { refuseUnreachable } from "./reachable";
import { currentRun, noteConstructed } from "./run";
import { resumeTraces, retraced, skipTracesAfterTransformations } from "./stack-traces";

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
   * Key-value pairs of any JSON. What is declared is all of it, unless `undeclaredMetadata` is `"keep"`: pairs that others add
   * count as drift. No `null` directly in it (OpenMeter refuses that), no NUL characters, no integers beyond ±(2^53 − 1).
   * Cleared when it stops being declared.
   */
  readonly metadata?: Input<{ readonly [key: string]: JsonInput | undefined }> | undefined;

  /** The Stripe customer ID, `cus_…`. Cleared when it stops being declared. */
  readonly stripeCustomerId?: Input<string> | undefined;

  /**
   * What to do when OpenMeter has a subject of this key already as the resource is created: `"adopt"` (default) takes it
   * over and sets the declared fields, `"match"` takes it over only if all declared fields are as declared, so that nothing
   * is sent (the preview says so), `"fail"` refuses. Adopting a subject replaces all of its metadata if metadata is declared,
   * unless `undeclaredMetadata` is `"keep"`.
   */
  readonly onExisting?: Input<"adopt" | "match" | "fail"> | undefined;

  /**
   * What becomes of metadata entries that the program does not declare, where it declares metadata: `"remove"` (default)
   * takes them for drift, which a refresh shows and the next `up` removes; `"keep"` leaves them to whoever writes them, so
   * that they are neither drift nor touched. An entry that stops being declared is removed either way, unless another
   * resource takes the subject over with `"keep"`. Changing this from `"remove"` to `"keep"` removes nothing.
   */
  readonly undeclaredMetadata?: Input<"remove" | "keep"> | undefined;
}

/**
 * A subject of OpenMeter: whatever consumes the resources that are metered, such as a customer, user, host, service or device.
 *
 * Only declared fields are managed. Deleting the resource deletes the subject and keeps its usage, unless another resource
 * of the program declares the subject. The resource's ID is the key. The option `deleteBeforeReplace` is ignored, with a
 * warning. Source: `POST /api/v1/subjects`, `GET` and `DELETE /api/v1/subjects/{subjectIdOrKey}` of OpenMeter's API.
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
 *
 * @example Metadata that a CRM writes to as well
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
    return CustomResource.isInstance(value) && Reflect.get(value, "__pulumiType") === resourceTypes.subject;
  }

  constructor(name: string, args: SubjectArgs | undefined, options: CustomResourceOptions = {}) {
    const resource = `Subject ${quoted(name)}`;
    refuseOptions(resource, options);
    // With an id it is a look-up, which declares nothing.
    refuseUnreachable(resource);
    const declared = options.id === undefined ? { ...args } : undefined;
    const urn = urnOf(name, resourceTypes.subject, options.parent);
    const declaredInputs = declared === undefined ? {} : inputsOf(resource, declared, urn);
    const inputs = { ...outputs, ...declaredInputs, __provider: providerLines.subject };
    const { stackTraceLimit } = Error;
    try {
      super(resourceTypes.subject, name, inputs, ownOptions(options));
    } catch (error) {
      resumeTraces(stackTraceLimit);
      throw retraced(error, Subject);
    }
    resumeTraces(stackTraceLimit);
    if (declared !== undefined) {
      warnOfIneffective(resource, options);
      const { key } = declared;
      const keys = isDeferred(key) ? output(key).apply((known) => [known]) : [String(key)];
      noteConstructed(this, { keys, urn, name, type: resourceTypes.subject, parent: options.parent });
    }
  }
}

skipTracesAfterTransformations(Subject);

/** Pulumi makes an output of each name that it is given. */
const outputs = Object.fromEntries(
  ["key", ...Object.keys(subjectKind.fields), subjectKind.names.id].map((name) => [name, undefined]),
);

function inputsOf(resource: string, args: Arguments, urn: string | Promise<string>): Arguments {
  refuse(argumentProblems(args), resource);
  warnOfPlainKey(currentRun());
  const inputs = guarded(args, resource);
  const secrets = secretArguments(inputs);
  const marks = { urn, ...(secrets !== undefined && { secrets }) };
  return { ...inputs, metadata: withoutText(inputs.metadata), [marksProperty]: marks };
}

/** Pulumi writes each input that is no output into a label, which metadata with a name `toString` would let fail. */
function withoutText(metadata: unknown): unknown {
  return isPlainObject(metadata) && Object.hasOwn(metadata, "toString") ? output(metadata) : metadata;
}
