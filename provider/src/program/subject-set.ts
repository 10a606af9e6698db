import { CustomResource, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { providerLines, resourceTypes } from "../contract";
import { subjectKind } from "../kinds/subject/fields";
import { byKey, makeSet } from "./set";
import type { SubjectArgs } from "./subject";
import type { GetSubjectResult } from "./subject-lookups";

/** One subject of a set: the arguments of a `Subject`, except for those that belong to the set. */
export type SubjectSetMember = Omit<SubjectArgs, "onExisting" | "undeclaredMetadata">;

/** The declared fields of one subject of a set, as OpenMeter has them. */
export type SubjectSetRecord = Partial<Omit<GetSubjectResult, "key" | "subjectId">>;

/** The arguments of a {@link SubjectSet}. */
export interface SubjectSetArgs {
  /**
   * The subjects; each key once. An output anywhere in them makes all of them unknown until it is known. A secret anywhere
   * makes all of them secret, and `subjectIds` too.
   */
  readonly subjects: Input<readonly Input<SubjectSetMember>[]>;

  /** What to do with subjects that already exist when they are added to the set: `"adopt"` (default), `"match"` or `"fail"`. */
  readonly onExisting?: Input<"adopt" | "match" | "fail"> | undefined;

  /**
   * How many subjects one run may remove from the set: a count, or a percentage of the subjects it had before. An update that
   * would remove more fails in the preview. Default `"20%"`; with a percentage, 10 removals are always allowed.
   */
  readonly maxDeletions?: Input<number | `${number}%`> | undefined;

  /**
   * What to do with metadata entries that the program does not declare, for each subject whose metadata it declares:
   * `"remove"` (default) or `"keep"`, as for a `Subject`.
   */
  readonly undeclaredMetadata?: Input<"remove" | "keep"> | undefined;
}

const subjectSetClass = {
  kind: subjectKind,
  type: resourceTypes.subjectSet,
  providerLine: providerLines.subjectSet,
  companion: { type: resourceTypes.subjectSetMembers, providerLine: providerLines.subjectSetMembers },
};

/**
 * Many subjects in one resource: a CRM's or Stripe's whole customer list. Each subject is managed exactly as a `Subject`, but
 * written and read in bulk, and the engine handles one resource instead of thousands.
 *
 * Subjects of the account that are not in the set are not touched. Destroying the resource deletes its subjects and keeps
 * their usage; `protect: true` prevents that.
 * Source: `POST` and `GET /api/v1/subjects`, `GET` and `DELETE /api/v1/subjects/{subjectIdOrKey}` of OpenMeter's API.
 *
 * A subject that leaves the set is deleted at the end of the run. If another resource of the program declares it, the subject
 * moves to that resource and is never deleted in between. `maxDeletions` keeps an empty or truncated list from deleting
 * everything. With `retainOnDelete`, subjects that leave the set stay in OpenMeter. `protect` does not prevent subjects from
 * leaving the set, and `deleteBeforeReplace` is ignored, with a warning.
 *
 * A second resource that comes with each set makes those deletions: `SubjectSetMembers`, with the same name and parent.
 * Previews and `pulumi stack` show it. It holds the ids of the subjects, and is replaced when subjects leave. It takes the
 * provider, the aliases and the other options that concern it from the set.
 *
 * All problems with the subjects are reported as one error, with the place of each. If OpenMeter refuses a subject, the error
 * names it with the reason; all others are stored, and the next `up` sends only the rest.
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

  /**
   * {@link subjects}, decoded into records by key: the declared fields of each subject, as OpenMeter has them.
   *
   * @example
   * ```ts
   * import { SubjectSet } from "pulumi-openmeter";
   *
   * const set = new SubjectSet("customers", { subjects: [{ key: "customer-42", metadata: { plan: "free" } }] });
   *
   * export const plan = set.subjectsByKey.apply((subjects) => subjects["customer-42"]?.metadata?.plan);
   * ```
   */
  get subjectsByKey(): Output<Readonly<Record<string, SubjectSetRecord>>> {
    return byKey(this.subjects);
  }

  /** {@link subjectIds}, decoded: OpenMeter's identifiers of the records, by key. */
  get subjectIdsByKey(): Output<Readonly<Record<string, string>>> {
    return byKey(this.subjectIds);
  }

  /** Whether a value is a SubjectSet, even one from another copy of this package. */
  static override isInstance(value: unknown): value is SubjectSet {
    return CustomResource.isInstance(value) && Reflect.get(value, "__pulumiType") === resourceTypes.subjectSet;
  }

  constructor(name: string, args: SubjectSetArgs, options: CustomResourceOptions = {}) {
    const { inputs, options: ownOptions, made } = makeSet(subjectSetClass, { name, args: { ...args }, options });
    super(resourceTypes.subjectSet, name, inputs, ownOptions);
    made(this);
  }
}
