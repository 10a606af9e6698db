/**
 * The members of a set, by key and id: what its companion resource holds, so that what leaves the set is deleted in the
 * engine's delete phase and not before. Its state has all members, not a list of removals: that makes any number of refused,
 * interrupted and repeated removals come out right.
 */
import type { Declarer, Objects } from "./declaration";
import { refuseTooManyDeletions, tooManyDeletions } from "./guard";
import type { Fields, RecordId } from "./port";
import { type Release, release } from "./release";
import type { Surroundings } from "./surroundings";
import { isUnknown, type Previewed, unknown } from "./unknown";
import { namedKeys } from "./words";

/** Ids by key; in a preview, `null` for a member that is still to be created. */
export type MemberIds = ReadonlyMap<string, RecordId | null>;

/** The companion of a set, as its state or its inputs have it. `urn` is the set's. */
export interface Members extends Declarer {
  readonly urn: string;
  /** URNs that the set had before: what a pending delete goes by. */
  readonly formerUrns: readonly string[];
  readonly ids: Previewed<MemberIds>;
}

export class MembersLifecycle {
  /** URNs of sets whose old companion is replaced in this run, so that its delete is still to come. */
  readonly #replaced = new Set<string>();
  /** What previews have put together, by URN of the set: the engine checks a replacement again, without its old inputs. */
  readonly #foreseen = new Map<string, MemberIds>();

  constructor(private readonly around: Surroundings) {}

  /**
   * The members that the set is going to have. In a preview its ids are unknown as soon as anything of the set changes: then they
   * are put together from the keys that it declares and the ids that it has.
   *
   * @returns the members, or why too many leave the set
   */
  check(before: Members | undefined, now: Members): { ids: Members["ids"]; problem?: string | undefined } {
    const { run } = this.around;
    this.#rename(before, now);
    const set = run.setOf(now.urn);
    const old = before === undefined || isUnknown(before.ids) ? undefined : before.ids;
    if (isUnknown(now.ids) && old !== undefined && set?.objects !== undefined) {
      this.#foreseen.set(now.urn, joined(set.before?.(), set.objects.keys(), old));
    }
    const ids = isUnknown(now.ids) ? (this.#foreseen.get(now.urn) ?? unknown) : now.ids;
    if (old === undefined || isUnknown(ids)) {
      return { ids };
    }
    const { secretKeys } = now;
    return { ids, problem: tooManyDeletions({ before: old.keys(), after: ids, limit: set?.maxDeletions, secretKeys }) };
  }

  /** A member less is a replacement, whose delete comes at the end of the run. What is unknown never is. */
  diff(before: Members, now: Members): "same" | "update" | "replace" {
    const { ids } = now;
    const { run } = this.around;
    // Outputs keep the name that they were written under.
    this.#rename(before, now);
    if (isUnknown(ids) || isUnknown(before.ids)) {
      return "update";
    }
    if ([...before.ids.keys()].some((key) => !ids.has(key))) {
      // A refresh asks too, before the set has been checked.
      if (run.hasSeen(now.urn)) {
        this.#replaced.add(now.urn);
      }
      return "replace";
    }
    const old = before.ids;
    if ([...ids].some(([key, id]) => old.get(key) !== id)) {
      return "update";
    }
    this.same(before, now);
    return "same";
  }

  /** The members are as they were, which their texts tell without being read. */
  same(before: Members, now: Members): void {
    const { run } = this.around;
    this.#rename(before, now);
    // A refresh asks too, before the set has been checked.
    if (run.hasSeen(now.urn)) {
      this.settle(now);
    }
  }

  /**
   * The members to keep in the state of a new companion. Where the engine has asked no diff, or the old one was deleted early,
   * those that have left the set and still exist are among them, so that the next run deletes them.
   */
  create(now: Members): MemberIds {
    const { takenOut } = this.#of(now.urn);
    const ids = known(now);
    this.settle(now);
    if (this.#replaced.has(now.urn)) {
      return ids;
    }
    const left = [...takenOut.ids].filter(([key, id]) => !ids.has(key) && !this.around.run.deleted.has(id));
    if (left.length > 0) {
      const keys = left.map(([key]) => key);
      this.around.report(
        `${now.label}: ${namedKeys(keys, 20, now.secretKeys)} left the set in this run and will be deleted by the next pulumi up, unless a resource declares them by then`,
        { urn: now.urn },
      );
    }
    return new Map([...left, ...ids]);
  }

  /** The members are up to date: from now on, what the old companion has more may be deleted. */
  settle(now: Members): void {
    this.around.run.settle(now.urn, () => recordsOf(now));
  }

  /**
   * Deletes what has left the set. Where the set itself was not seen in this run, nothing: its own delete does that, if it comes.
   * Nor before the set is up to date: that is left to the next run.
   */
  async delete(before: Members): Promise<void> {
    const { run } = this.around;
    const { set, takenOut } = this.#of(before.urn);
    const ids = recordsOf(before);
    const facts = run.readFacts();
    const members = run.settledMembers(before.urn);
    if (members === undefined && !facts.isSettled(before.urn)) {
      for (const [key, id] of ids) {
        takenOut.ids.set(key, takenOut.ids.get(key) ?? id);
      }
      this.#replaced.delete(set?.urn ?? before.urn);
      return;
    }
    // Without members, another process has brought the set up to date and guarded it.
    if (members !== undefined) {
      const { secretKeys, label } = before;
      refuseTooManyDeletions(label, { before: ids.keys(), after: members, limit: set?.maxDeletions, secretKeys });
    }
    // What a refresh has found made anew under a key is the set's, under another id than the companion's.
    const removed = [...ids].filter(([key]) => members?.has(key) !== true);
    const left = new Map(removed.map(([key, id]) => [key, takenOut.ids.get(key) ?? id]));
    // To another process the set may have been unchanged, and so unread. Its program has noted its keys: they are kept like another's.
    const who = members === undefined ? { ...before, urn: undefined } : before;
    await release(this.around, who, { ids: left, fields: takenOut.fields, what: "what has left it" });
  }

  /** What of a set that is deleted is to be let go: its members, and what its companion had left over. */
  ofDeletedSet(set: Declarer, ids: ReadonlyMap<string, RecordId>, fields: ReadonlyMap<string, Fields>): Release {
    const { run, report } = this.around;
    const { set: seen, takenOut } = this.#of(set.urn ?? "");
    if (seen?.objects !== undefined) {
      const { objects: after, maxDeletions: limit } = seen;
      refuseTooManyDeletions(set.label, { before: ids.keys(), after, limit, secretKeys: set.secretKeys });
    }
    const more = [...takenOut.ids].filter(([key]) => !ids.has(key));
    if (more.length > 0 && !run.hasDeclarations) {
      const keys = more.map(([key]) => key);
      report(
        `${set.label}: removed in an earlier run, not deleted yet, and kept now, since another stack or resource may have taken over: ${namedKeys(keys, 20, set.secretKeys)}. To delete what nothing has taken over, run pulumi up before pulumi destroy`,
        { urn: set.urn },
      );
      return { ids, fields };
    }
    return { ids: new Map([...more, ...ids]), fields: new Map([...takenOut.fields, ...fields]) };
  }

  #rename(before: Members | undefined, now: Members): void {
    for (const urn of before === undefined ? [] : [before.urn, ...before.formerUrns]) {
      this.around.run.rename(urn, now.urn);
    }
  }

  #of(urn: string) {
    const set = this.around.run.setOf(urn);
    return { set, takenOut: this.around.run.takenOutOf(set?.urn ?? urn) };
  }
}

/** A member that the set did not have before is going to get another record. */
function joined(had: Objects | undefined, declared: Iterable<string>, old: MemberIds): MemberIds {
  return new Map(Array.from(declared, (key) => [key, (had?.has(key) && old.get(key)) || null]));
}

function known({ ids }: Members): MemberIds {
  return isUnknown(ids) ? new Map() : ids;
}

function recordsOf(members: Members): ReadonlyMap<string, RecordId> {
  return new Map([...known(members)].flatMap(([key, id]) => (id === null ? [] : [[key, id]])));
}
