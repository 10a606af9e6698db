import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import { log } from "@pulumi/pulumi";
import type { Rule } from "../core/kind";
import type { LiveObject } from "../core/port";
import { isPlainObject, type JsonObject, type JsonValue, jsonEqual, jsonProblems, problemsAt, travels } from "../json";
import { subjectKind } from "../kinds/subject/fields";
import { quoted } from "../printable";
import type { Account } from "./account";
import { inOutputForm, inPromiseForm, type Lookup } from "./invoke";
import { runError } from "./stack-traces";
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

const oneSubject: Lookup<GetSubjectArgs, GetSubjectResult> = {
  name: "getSubject",
  example: '{ key: "customer-42" }',
  rules: { key: subjectKind.key },
  async read({ key }, account, isSecret) {
    const shownKey = isSecret ? "[secret]" : quoted(key);
    return account.ask(`getSubject: subject ${shownKey} was`, async ({ subjects, redactor, addressName }) => {
      if (isSecret) {
        redactor.conceal(() => [key]);
      }
      // Not `get`, which may answer from a list of some seconds ago: a resource of this run has perhaps changed the subject.
      const found = (await subjects.getAll([{ key }], infoOf)).get(key);
      if (found === undefined) {
        const next = `Check the key and ${addressName}. Where it may be missing, use getSubjects({ keys: [key] })`;
        throw runError(`getSubject: there is no subject ${shownKey} in OpenMeter. ${next}`);
      }
      return found;
    });
  },
  // A program's own mocks say what a subject is.
  mocked: (returned) => returned as GetSubjectResult,
};

const text: Rule = (value) => (typeof value === "string" ? [] : [{ path: [], reason: "must be a string" }]);

const manySubjects: Lookup<GetSubjectsArgs, GetSubjectResult[]> = {
  name: "getSubjects",
  example: '{ keyPrefix: "customer-" }',
  rules: {
    keys: optional((value, isDeferred) =>
      Array.isArray(value)
        ? value.flatMap((key, index) => problemsAt([index], subjectKind.key(key, isDeferred)))
        : [{ path: [], reason: "must be an array of keys" }],
    ),
    keyPrefix: optional(text),
    stripeCustomerId: optional(text),
    metadata: optional((value, isDeferred) =>
      isPlainObject(value)
        ? jsonProblems(value, [], travels, isDeferred)
        : [{ path: [], reason: "must be an object of names and JSON values" }],
    ),
  },
  async read({ keys, ...filter }, account, isSecret) {
    const found = keys === undefined ? await everySubject(account) : await subjectsOf(keys, account, isSecret);
    return found.filter((subject) => matches(subject, filter));
  },
  mocked: (returned) => (isPlainObject(returned) && Array.isArray(returned.subjects) ? returned.subjects : []),
};

async function everySubject(account: Account): Promise<GetSubjectResult[]> {
  const { objects, withheld } = await account.ask("getSubjects: the list was", ({ subjects }) => subjects.list());
  if (withheld.length > 0) {
    const which = `${withheld.length} ${withheld.length === 1 ? "subject that contains" : "subjects that contain"}`;
    const next = "Remove the key from their data in OpenMeter, and create a new one.";
    log.warn(`getSubjects leaves out ${which} the API key. ${next}`);
  }
  return objects.map(infoOf);
}

async function subjectsOf(keys: readonly string[], account: Account, isSecret: boolean): Promise<GetSubjectResult[]> {
  const wanted = [...new Set(keys)];
  const found = await account.ask("getSubjects: the subjects were", ({ subjects, redactor }) => {
    if (isSecret) {
      redactor.conceal(() => wanted);
    }
    return subjects.getAll(
      wanted.map((key) => ({ key })),
      infoOf,
    );
  });
  return wanted.flatMap((key) => found.get(key) ?? []);
}

function matches(subject: GetSubjectResult, { keyPrefix, stripeCustomerId, metadata }: GetSubjectsArgs): boolean {
  const wanted = Object.entries(metadata ?? {}).filter(([, value]) => value !== undefined);
  return (
    subject.key.startsWith(keyPrefix ?? "") &&
    (stripeCustomerId === undefined || subject.stripeCustomerId === stripeCustomerId) &&
    wanted.every(([name, value]) => Object.hasOwn(subject.metadata, name) && jsonEqual(subject.metadata[name], value))
  );
}

function optional(rule: Rule): Rule {
  return (value, isDeferred) => (value === undefined ? [] : rule(value, isDeferred));
}

function infoOf({ id, key, fields }: LiveObject): GetSubjectResult {
  const { metadata } = fields;
  // The fields were read by the kind's table, which says what each of them is.
  return { ...fields, key, metadata: isPlainObject(metadata) ? metadata : {}, subjectId: id } as GetSubjectResult;
}
