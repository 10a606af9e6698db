import { CustomResource, type CustomResourceOptions, type Input, isSecret, Output, output } from "@pulumi/pulumi";
import { marksProperty, providerLines, resourceTypes } from "../contract";
import { quoted } from "../printable";
import { argumentProblems, guarded, holdsDeferred, holdsSecretKey, refuse, refuseLate, whenKnown } from "./inputs";
import type { GetSubjectResult } from "./lookup";
import { type EncodedSubjects, encodeSubjects, subjectProblems } from "./members";
import { membersOptions, ownOptions, refuseIgnoredParts, refuseImport, urnOf, warnOfIneffective } from "./options";
import { warnOfPlainKey } from "./plain-key";
import { refuseUnreachable } from "./reachable";
import { noteConstructed } from "./run";
import type { SubjectArgs } from "./subject";
import { SubjectSetMembers } from "./subject-set-members";

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
    // By the table of fields, which says what each of them is.
    return this.subjects.apply(async (text) => (await decoded(text)) as Record<string, SubjectSetRecord>);
  }

  /** {@link subjectIds}, decoded: OpenMeter's identifiers of the records, by key. */
  get subjectIdsByKey(): Output<Readonly<Record<string, string>>> {
    return this.subjectIds.apply(async (text) => (await decoded(text)) as Record<string, string>);
  }

  /** Whether a value is a SubjectSet, even one from another copy of this package. */
  static override isInstance(value: unknown): value is SubjectSet {
    return CustomResource.isInstance(value) && Reflect.get(value, "__pulumiType") === resourceTypes.subjectSet;
  }

  constructor(name: string, args: SubjectSetArgs, options: CustomResourceOptions = {}) {
    const resource = `SubjectSet ${quoted(name)}`;
    refuseImport(resource, options);
    refuseIgnoredParts(resource, options);
    refuseUnreachable(resource);
    const { subjects, ...settings } = args;
    refuse([...argumentProblems(settings), ...subjectProblems(subjects)], resource);
    warnOfPlainKey();
    const { encoded, secrets, secretKeys } = encode(subjects, resource);
    const urn = urnOf(name, resourceTypes.subjectSet, options.parent);
    const inputs = {
      ...guarded(settings, resource),
      subjects: Output.isInstance(encoded) ? encoded.apply(({ text }) => text) : encoded.text,
      subjectIds: undefined,
      [marksProperty]: { urn, secrets, secretKeys },
      __provider: providerLines.subjectSet,
    };
    super(resourceTypes.subjectSet, name, inputs, ownOptions(options));
    warnOfIneffective(resource, options);
    const keys = Output.isInstance(encoded) ? encoded.apply((known) => known.keys) : encoded.keys;
    noteConstructed(this, {
      keys,
      secretKeys: secretKeys !== undefined,
      urn,
      name,
      type: resourceTypes.subjectSet,
      parent: options.parent,
    });
    const members = { subjectIds: this.subjectIds, [marksProperty]: { urn, secretKeys } };
    new SubjectSetMembers(name, members, membersOptions(this, options));
  }
}

interface Encoding {
  readonly encoded: EncodedSubjects | Output<EncodedSubjects>;
  readonly secrets?: Promise<string[] | undefined>;
  readonly secretKeys?: Promise<true | undefined>;
}

/** Without outputs there is nothing to wait for, and thousands of subjects would take seconds to look through for some. */
function encode(subjects: unknown, resource: string): Encoding {
  if (!holdsDeferred(subjects)) {
    return { encoded: encodeSubjects(subjects) };
  }
  const secretKeys = holdsSecretKey(subjects);
  const judged = async (known: unknown): Promise<unknown> => {
    refuseLate(subjectProblems(known, await secretKeys), resource);
    return known;
  };
  // A list that is still to come is looked at when it comes, before Pulumi unwraps what is in it.
  const all = output(guarded({ subjects: whenKnown(subjects, judged) }, resource));
  return {
    encoded: all.apply(async (known) => encodeSubjects(await judged(known.subjects))),
    secrets: isSecret(all).then((secret) => (secret ? ["subjects"] : undefined)),
    secretKeys: secretKeys.then((secret) => secret || undefined),
  };
}

/** Loaded when needed, as few programs do. The text is packed where a failed run has left it so. */
async function decoded(text: string): Promise<Record<string, unknown>> {
  const { decodeByKey } = await import("../hosts/set-text.js");
  return Object.fromEntries(decodeByKey(text));
}
