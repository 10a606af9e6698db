import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import { isPlainObject, type JsonObject, type JsonValue, jsonProblems, travels } from "../json";
import { subjectKind } from "../kinds/subject/fields";
import { inOutputForm, inPromiseForm } from "./invoke";
import { type LookupKind, lookupOfMany, lookupOfOne, optional, text } from "./lookup";
import type { JsonInput } from "./subject";

/** A subject as OpenMeter has it, whoever manages it. */
export interface GetSubjectResult {
  /** The `subject` of its usage events. */
  readonly key: string;
  /** The name that people see. */
  readonly displayName?: string;
  /** Empty if there is none. */
  readonly metadata: JsonObject;
  /** `cus_…` */
  readonly stripeCustomerId?: string;
  /** OpenMeter's identifier of the record, a ULID. */
  readonly subjectId: string;
}

/** Which subject to look up. */
export interface GetSubjectArgs {
  /** The subject's key. */
  readonly key: string;
}

/** Which subject to look up. The key may be an output of a resource. */
export interface GetSubjectOutputArgs {
  /** The subject's key. */
  readonly key: Input<string>;
}

/** Which subjects to look up: those that meet all given conditions. */
export interface GetSubjectsArgs {
  /** The keys, at most these. A key that no subject has is left out of the result. */
  readonly keys?: readonly string[] | undefined;
  /** What the key begins with. */
  readonly keyPrefix?: string | undefined;
  /** The whole Stripe customer ID, `cus_…`. */
  readonly stripeCustomerId?: string | undefined;
  /** Entries that the metadata must have, with equal values; it may have others. */
  readonly metadata?: { readonly [key: string]: JsonValue | undefined } | undefined;
}

/** Which subjects to look up, as in {@link GetSubjectsArgs}. Any part may be an output of a resource. */
export interface GetSubjectsOutputArgs {
  /** The keys, at most these. A key that no subject has is left out of the result. */
  readonly keys?: Input<readonly Input<string>[]> | undefined;
  /** What the key begins with. */
  readonly keyPrefix?: Input<string> | undefined;
  /** The whole Stripe customer ID, `cus_…`. */
  readonly stripeCustomerId?: Input<string> | undefined;
  /** Entries that the metadata must have, with equal values; it may have others. */
  readonly metadata?: Input<{ readonly [key: string]: JsonInput | undefined }> | undefined;
}

/**
 * Looks up a subject (`GET /api/v1/subjects/{key}`) in previews too, with the stack's configuration or that of a {@link Provider}. It creates no resource
 * and stores nothing in the state. For a key that is an output, or for a subject that this program creates, use
 * {@link getSubjectOutput}.
 *
 * @param options `provider`: a {@link Provider}; by default the one that `parent` passes down, else the stack's configuration.
 *   The other options concern plugins and have no effect.
 * @returns the subject. An error rejects the promise; if nothing awaits the promise, the error is not shown
 * @throws {RunError} if there is no such subject, or if the configuration is invalid or the request fails
 *
 * @example
 * ```ts
 * import { getSubject } from "pulumi-openmeter";
 *
 * export const plan = getSubject({ key: "customer-42" }).then(({ metadata }) => metadata.plan);
 * ```
 */
export function getSubject(args: GetSubjectArgs, options?: InvokeOptions): Promise<GetSubjectResult> {
  return inPromiseForm(oneSubject, args, options);
}

/**
 * Looks up a subject as {@link getSubject} does, once everything that its arguments depend on is known. The resources that the
 * arguments come from are created or updated first. If a preview would create one of them, the result is unknown. The result
 * is secret if an argument is.
 *
 * @param options as for {@link getSubject}, and `dependsOn`: resources or components to wait for
 * @throws {RunError} in the output, if there is no such subject, or if the configuration is invalid or the request fails
 *
 * @example
 * ```ts
 * import { getSubjectOutput, Subject } from "pulumi-openmeter";
 *
 * const acme = new Subject("acme", { key: "customer-42" });
 *
 * // All of its metadata, including what the CRM has written.
 * export const metadata = getSubjectOutput({ key: acme.key }).metadata;
 * ```
 */
export function getSubjectOutput(args: GetSubjectOutputArgs, options?: InvokeOutputOptions): Output<GetSubjectResult> {
  return inOutputForm(oneSubject, args, options);
}

/**
 * Looks up the subjects that meet all conditions of a filter, in previews too. They come in the
 * order of their creation or, with `keys`, in the order of the keys. It reads a few `keys` one by one, and otherwise lists the
 * whole account (`GET /api/v1/subjects`) and filters it.
 *
 * Subjects that contain the API key are left out, and a warning says how many. Asking for one of them by its key is an error.
 *
 * @param filter without one, all subjects of the account
 * @param options as for {@link getSubject}
 * @returns the subjects; an empty array if there are none
 * @throws {RunError} if the configuration is invalid or the request fails
 *
 * @example
 * ```ts
 * import { getSubjects } from "pulumi-openmeter";
 *
 * export const enterprise = getSubjects({ keyPrefix: "customer-", metadata: { plan: "enterprise" } }).then((subjects) =>
 *   subjects.map(({ key }) => key),
 * );
 * ```
 *
 * @example A subject that may not exist
 * ```ts
 * import { getSubjects } from "pulumi-openmeter";
 *
 * export const exists = getSubjects({ keys: ["customer-42"] }).then(([subject]) => subject !== undefined);
 * ```
 */
export function getSubjects(filter: GetSubjectsArgs = {}, options?: InvokeOptions): Promise<GetSubjectResult[]> {
  return inPromiseForm(manySubjects, filter, options);
}

/**
 * Looks up subjects as {@link getSubjects} does, but waits until everything that the filter depends on is known, as
 * {@link getSubjectOutput} does.
 *
 * @param options as for {@link getSubjectOutput}
 * @throws {RunError} in the output, if the configuration is invalid or the request fails
 *
 * @example
 * ```ts
 * import { getSubjectsOutput, SubjectSet } from "pulumi-openmeter";
 *
 * const set = new SubjectSet("customers", { subjects: [{ key: "customer-42" }] });
 *
 * export const count = getSubjectsOutput({ keyPrefix: "customer-" }, { dependsOn: set }).length;
 * ```
 */
export function getSubjectsOutput(
  filter: GetSubjectsOutputArgs = {},
  options?: InvokeOutputOptions,
): Output<GetSubjectResult[]> {
  return inOutputForm(manySubjects, filter, options);
}

const subjects: LookupKind<GetSubjectResult> = {
  kind: subjectKind,
  functions: { one: "getSubject", many: "getSubjects" },
  portOf: (connection) => connection.subjects,
  // The fields were read by the kind's table, which says what each of them is.
  found: ({ id, key, fields }) => ({ metadata: {}, ...fields, key, subjectId: id }) as GetSubjectResult,
};

const oneSubject = lookupOfOne<GetSubjectArgs, GetSubjectResult>(subjects, {
  example: '{ key: "customer-42" }',
  rules: { key: subjectKind.key },
});

const manySubjects = lookupOfMany<GetSubjectsArgs, GetSubjectResult>(subjects, {
  example: '{ keyPrefix: "customer-" }',
  rules: {
    stripeCustomerId: optional(text),
    metadata: optional((value, isDeferred) =>
      isPlainObject(value)
        ? jsonProblems(value, [], travels, isDeferred)
        : [{ path: [], reason: "must be an object of names and JSON values" }],
    ),
  },
  matches: (subject, { stripeCustomerId }) =>
    stripeCustomerId === undefined || subject.stripeCustomerId === stripeCustomerId,
});
