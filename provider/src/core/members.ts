/**
 * The members of a set, by key and id: what its companion resource holds, so that what leaves the set is deleted in the
 * engine's delete phase and not before. Its state has all members, not a list of removals: that makes any number of refused,
 * interrupted and repeated removals come out right.
 */
import type { Declarer, Objects } from "./declaration";
import { refuseTooManyDeletions, tooManyDeletions } from "./guard";
import type { RecordId } from "./port";
import { type Release, release } from "./release";
import type { Run } from "./run";
import { leftOverOf } from "./summary";
import type { Surroundings } from "./surroundings";
import { isUnknown, type Previewed, unknown } from "./unknown";
import { namedKeys } from "./words";

/** The companion of a set, as its state has it. */
export interface Members {
  readonly set: Declarer & { readonly urn: string };
  /** URNs that the set had before: what a pending delete goes by. */
  readonly formerUrns: readonly string[];
  readonly ids: ReadonlyMap<string, RecordId>;
}

/** The ids of members in a preview: `null` for one that is still to be created. */
export type PreviewedIds = Previewed<ReadonlyMap<string, RecordId | null>>;

/** The companion of a set, as its inputs have it. */
export type DeclaredMembers = Omit<Members, "ids"> & { readonly ids: PreviewedIds };

export class MembersLifecycle {
  /** URNs of sets whose old companion is replaced, so that its delete comes at the end of this run. */
  readonly #toDeleteLater = new Set<string | undefined>();
  /** What previews have put together, by URN of the set: the engine checks a replacement again, without its old inputs. */
  readonly #foreseen = new Map<string, PreviewedIds>();

  /** URNs of sets of which a check has compared the members with those before, so that what leaves them has been counted. */
  readonly #guarded = new Set<string | undefined>();

  constructor(private readonly around: Surroundings) {}

  /**
   * The members that the set is going to have. In a preview its ids are unknown as soon as anything of the set changes: then they
   * are put together from the keys that it declares and the ids that it has.
   *
   * @returns the members, or why too many leave the set
   */
  check(
    before: DeclaredMembers | undefined,
    now: DeclaredMembers,
  ): { ids: PreviewedIds; problem?: string | undefined } {
    const { run } = this.around;
    const { urn } = now.set;
    const secretKeys = now.set.secretKeys || before?.set.secretKeys === true;
    this.#rename(before, now);
    const old = before === undefined || isUnknown(before.ids) ? undefined : before.ids;
    const ids = isUnknown(now.ids) ? this.#foresee(urn, old) : now.ids;
    if (old === undefined || isUnknown(ids)) {
      return { ids };
    }
    this.#guarded.add(urn);
    const limit = run.setOf(urn)?.maxDeletions;
    return { ids, problem: tooManyDeletions({ before: old.keys(), after: ids, limit, secretKeys }) };
  }

  /**
   * Whether a change is a replacement: a member less is, and its delete comes at the end of the run. So is another record with
   * another provider: the set has moved to another account, and what has left it before and is still there is known to its old
   * companion alone. What is unknown never is.
   */
  isReplaced(
    before: Members,
    now: DeclaredMembers,
    { hasOtherProvider }: { readonly hasOtherProvider: boolean },
  ): boolean {
    const { ids } = now;
    // Outputs keep the name that they were written under.
    this.#rename(before, now);
    if (isUnknown(ids)) {
      return false;
    }
    const stays = (key: string, id: RecordId) => (hasOtherProvider ? ids.get(key) === id : ids.has(key));
    if ([...before.ids].every(([key, id]) => stays(key, id))) {
      return false;
    }
    this.#toDeleteLater.add(now.set.urn);
    this.#reportLeftOver(before, now.set, ids);
    return true;
  }

  /** The members are as they were, which their texts tell without being read. */
  unchanged(before: DeclaredMembers | undefined, now: DeclaredMembers): void {
    this.#rename(before, now);
    // A refresh asks too, before the set has been checked.
    if (this.around.run.hasChecked(now.set.urn)) {
      this.#guarded.add(now.set.urn);
      this.update(now as Members); // what the state has is known
    }
  }

  /**
   * The members to keep in the state of a new companion. Where the engine has asked no diff, or the old one was deleted early,
   * those that have left the set and still exist are among them, so that the next run deletes them.
   */
  create(now: Members): Members["ids"] {
    const { run, report } = this.around;
    const { set, ids } = now;
    const { undeleted } = seen(run, set.urn);
    this.update(now);
    if (this.#toDeleteLater.has(set.urn)) {
      return ids;
    }
    const left = new Map([...undeleted.ids].filter(([key, id]) => !ids.has(key) && !run.deleted.has(id)));
    if (left.size > 0) {
      report(
        `${set.label}: ${namedKeys([...left.keys()], 20, set.secretKeys || undeleted.secretKeys)} left the set in this run and will be deleted by the next pulumi up, unless a resource declares them by then`,
        { urn: set.urn },
      );
    }
    return new Map([...left, ...ids]);
  }

  /** The members are up to date: from now on, what the old companion has more may be deleted. */
  update(now: Members): void {
    this.around.run.noteSettled(now.set.urn, () => now.ids);
  }

  /**
   * Deletes what has left the set. Where the set itself was not seen in this run, nothing: its own delete does that, if it comes.
   * Nor before the set is up to date: that is left to the next run.
   */
  async delete({ set, ids }: Members): Promise<void> {
    const { run } = this.around;
    const { urn, set: current, undeleted } = seen(run, set.urn);
    const facts = run.facts.read();
    const members = run.settledMembers(set.urn);
    if (members === undefined && !facts.isSettled(set.urn)) {
      undeleted.secretKeys ||= set.secretKeys;
      for (const [key, id] of ids) {
        undeleted.ids.set(key, undeleted.ids.get(key) ?? id);
      }
      this.#toDeleteLater.delete(urn);
      return;
    }
    // Without members, another process has brought the set up to date and guarded it. A delete that is left over from an earlier
    // run was counted there, perhaps by another limit.
    if (members !== undefined && !this.#guarded.has(urn)) {
      const limit = current?.maxDeletions;
      refuseTooManyDeletions(set.label, { before: ids.keys(), after: members, limit, secretKeys: set.secretKeys });
    }
    // What a refresh has found made anew under a key is the set's, under another id than the companion's.
    const removed = [...ids].filter(([key]) => members?.has(key) !== true);
    const left = new Map(removed.map(([key, id]) => [key, undeleted.ids.get(key) ?? id]));
    const which = `${this.around.kind.names.objects} that left it`;
    // Where another process has settled the set, these may be members yet, which the program has noted: they are kept like another's.
    await release(this.around, set, { ids: left, fields: undeleted.fields, owner: undefined, which });
  }

  /** What the set itself does not say, since its state has lost these already. */
  #reportLeftOver(before: Members, set: Members["set"], now: { has(key: string): boolean }): void {
    const had = this.around.run.setOf(set.urn)?.before?.();
    const left = had === undefined ? [] : [...before.ids.keys()].filter((key) => !now.has(key) && !had.has(key));
    if (left.length > 0) {
      this.around.report(`${set.label}: ${leftOverOf(left, set.secretKeys || before.set.secretKeys)}`, {
        urn: set.urn,
      });
    }
  }

  #foresee(urn: string, old: ReadonlyMap<string, RecordId | null> | undefined): PreviewedIds {
    const set = this.around.run.setOf(urn);
    if (old !== undefined && set?.objects !== undefined) {
      this.#foreseen.set(urn, joined(set.before?.(), set.objects.keys(), old));
    }
    return this.#foreseen.get(urn) ?? unknown;
  }

  #rename(before: DeclaredMembers | undefined, now: DeclaredMembers): void {
    for (const urn of before === undefined ? [] : [before.set.urn, ...before.formerUrns]) {
      this.around.run.rename(urn, now.set.urn);
    }
  }
}

/** What a resource that is deleted lets go of: of a set, also what its companion has left over. */
export function releaseOf(
  { run, report }: Surroundings,
  who: Declarer,
  { ids, fields }: Pick<Release, "ids" | "fields">,
): Release {
  const { set, undeleted } = seen(run, who.urn);
  if (set?.objects !== undefined) {
    const { objects: after, maxDeletions: limit } = set;
    refuseTooManyDeletions(who.label, { before: ids.keys(), after, limit, secretKeys: who.secretKeys });
  }
  // A partial failure has left ids of what the set does not declare any more.
  const own = new Map([...ids].filter(([key]) => fields.has(key)));
  const more = new Map([...undeleted.ids, ...ids].filter(([key]) => !own.has(key)));
  if (more.size > 0 && !run.hasDeclarations) {
    report(
      `${who.label}: kept ${namedKeys([...more.keys()], 20, who.secretKeys)}: removed from the set in an earlier run and not deleted yet, but another stack or resource may have taken over since, which a run without declarations cannot tell. To delete what nothing has taken over, run pulumi up with the set declared, and remove or destroy it afterwards`,
      { urn: who.urn },
    );
    return { ids: own, fields, owner: who.urn };
  }
  return { ids: new Map([...more, ...ids]), fields: new Map([...undeleted.fields, ...fields]), owner: who.urn };
}

/** A set as the program has it, if this process has been asked to check it, and what it has left to be deleted. */
function seen(run: Run, formerUrn: string | undefined) {
  const set = run.setOf(formerUrn);
  const urn = set?.urn ?? formerUrn;
  return { urn, set, undeleted: run.undeletedOf(urn) };
}

/** A member that the set did not have before is going to get another record. */
function joined(had: Objects | undefined, declared: Iterable<string>, old: Exclude<PreviewedIds, typeof unknown>) {
  return new Map(Array.from(declared, (key) => [key, (had?.has(key) && old.get(key)) || null]));
}
