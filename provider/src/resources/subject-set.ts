import {
  CustomResource,
  type CustomResourceOptions,
  type Input,
  isSecret,
  type Output,
  output,
  RunError,
} from "@pulumi/pulumi";
import { canonicalJson, type JsonObject } from "../json";
import { quoted } from "../printable";
import { currentRun, declareKey } from "./declared-keys";
import { holdsDeferred, holdsSecretKey, refuseLossy } from "./deferred";
import { elsewhere, ignores, noteSet } from "./elsewhere";
import { warnOfPlainKey } from "./plain-key";
import { subjectSetProvider, subjectSetType } from "./provider-string";
import type { SubjectArgs } from "./subject";

/** What a program says of one subject of a set: a `Subject`'s arguments. `onExisting` is the set's. */
export type SubjectSetMember = Omit<SubjectArgs, "onExisting">;

/** What a program says of a set of subjects. */
export interface SubjectSetArgs {
  /** The subjects; each key once. An output anywhere makes all of them unknown until it is known; a secret makes all secret, `subjectIds` too. */
  readonly subjects: Input<readonly Input<SubjectSetMember>[]>;

  /** What to do with subjects that exist already as they are added to the set: `"adopt"` (default), `"match"` or `"fail"`. */
  readonly onExisting?: Input<"adopt" | "match" | "fail"> | undefined;

  /**
   * How many subjects one update may remove: a count, or a percentage of the subjects before. An update that would remove
   * more fails in the preview. Default `"20%"`; with a percentage, 10 are always allowed.
   */
  readonly maxDeletions?: Input<number | string> | undefined;
}

/**
 * Many subjects in one resource: a CRM's or Stripe's whole customer list. Each subject is managed exactly as a `Subject`, but
 * written and read in bulk, and the engine handles one resource instead of thousands.
 *
 * Subjects of the account that are not in the set are not touched. An empty or cut list does not delete everybody: see
 * `maxDeletions`. Destroying the resource deletes its subjects and keeps their usage; `protect: true` guards against that.
 * Source: `POST` and `GET /api/v1/subjects`, `GET` and `DELETE /api/v1/subjects/{subjectIdOrKey}` of OpenMeter's API.
 *
 * A subject that OpenMeter refuses is named with its reason; all others are stored, and the next `up` sends only the rest.
 *
 * @example
 * ```ts
 * import { SubjectSet } from "pulumi-openmeter";
 *
 * const customers = [
 *   { id: "customer-42", name: "Acme Inc.", plan: "enterprise" },
 *   { id: "customer-43", name: "Globex", plan: "free" },
 * ];
 *
 * new SubjectSet("customers", {
 *   subjects: customers.map(({ id, name, plan }) => ({ key: id, displayName: name, metadata: { plan } })),
 * });
 * ```
 */
export class SubjectSet extends CustomResource {
  /** The subjects as OpenMeter has them: a JSON object by key, each with its declared fields. */
  declare readonly subjects: Output<string>;
  /** OpenMeter's identifiers of the records: a JSON object by key. */
  declare readonly subjectIds: Output<string>;

  /** Whether a value is a SubjectSet, also one of another copy of this package. */
  static override isInstance(value: unknown): value is SubjectSet {
    return CustomResource.isInstance(value) && Reflect.get(value, "__pulumiType") === subjectSetType;
  }

  constructor(name: string, args: SubjectSetArgs, options?: CustomResourceOptions) {
    super(
      subjectSetType,
      name,
      { subjectIds: undefined, ...inputsOf(name, args, options), __provider: subjectSetProvider },
      options,
    );
  }
}

function inputsOf(
  name: string,
  { subjects, ...args }: SubjectSetArgs,
  options: CustomResourceOptions | undefined,
): Record<string, unknown> {
  const run = currentRun();
  warnOfPlainKey(run);
  const encode = (members: unknown, secretKeys = false): string => encodeMembers(members, { name, run, secretKeys });
  const { subjects: guarded } = refuseLossy({ subjects }, `SubjectSet ${quoted(name)}`);
  const deferred = holdsDeferred(guarded);
  const secretKeys = deferred ? holdsSecretKey(guarded) : undefined;
  // Without outputs there is nothing to wait for, and thousands of subjects would take seconds to look through for some.
  const encoded = deferred
    ? output({ guarded, secretKeys }).apply((all) => encode(all.guarded, all.secretKeys))
    : encode(guarded);
  // A set that stays as it is, whatever the program declares, neither lets subjects go nor takes any.
  const isFixed = ignores(options, "subjects");
  return {
    ...refuseLossy(args, `SubjectSet ${quoted(name)}`),
    subjects: encoded,
    __elsewhere: isFixed ? undefined : elsewhere(run, deferred ? undefined : noteSet(run, guarded)),
    __setName: name,
    __hasSecrets: deferred ? output(isSecret(output({ guarded }))).apply((secret) => secret || undefined) : undefined,
    __hasSecretKeys: secretKeys?.then((secret) => secret || undefined),
  };
}

/** Writes the subjects as a JSON object by key. What is in them is checked by the provider. */
function encodeMembers(
  members: unknown,
  { name, run, secretKeys }: { readonly name: string; readonly run: object | undefined; readonly secretKeys: boolean },
): string {
  const resource = `SubjectSet ${quoted(name)}`;
  if (!Array.isArray(members))
    throw new RunError(`${resource}: subjects must be an array of subjects, each with a key`);
  const byKey = new Map<string, JsonObject>();
  members.forEach((member: { readonly key?: unknown } | undefined, index) => {
    const { key, ...fields } = member ?? {};
    if (typeof key !== "string") {
      throw new RunError(
        `${resource}: subjects[${index}].key must be a string: the subject of usage events, such as "customer-42"`,
      );
    }
    const resourceOrPlace = byKey.has(key) ? `${resource} (subjects[${index}])` : resource;
    declareKey(run, key, resourceOrPlace, secretKeys);
    byKey.set(key, fields);
  });
  // In the form that the state has, so that nothing is looked at twice when nothing has changed.
  return canonicalJson(Object.fromEntries(byKey));
}
