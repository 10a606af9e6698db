/**
 * What one run of the engine has shown one process of the provider. It answers one question: is the record that is to be
 * deleted now declared by another resource of this run?
 *
 * The engine asks check and diff of everything that a program declares before its delete phase. "Declared", and not "has been
 * written", because after a crash between create and delete the next run writes nothing and deletes.
 */
import type { FactsSeen, OwnAccount, RunFacts } from "../run/facts";
import { type Claim, ClaimIndex, type Conflict, type Overlap, objectsOf } from "./claim-index";
import { attributedSpace, claimsOf, toldSpace } from "./claims";
import type { Objects } from "./declaration";
import { Failure } from "./failure";
import type { Kind } from "./kind";
import type { Fields, LiveObject, RecordId } from "./port";

/** Records that a resource of this stack has, by key. */
interface Holding {
  readonly urn: string | undefined;
  readonly ids: () => ReadonlyMap<string, string>;
  /** The objects that it goes on to have. */
  readonly goesOn: () => { has(key: string): boolean };
  /** Whether it is up to date, so that it has no others. */
  readonly isComplete: boolean;
}

/** Why a record stays: another resource declares it, or its key is attributed to an object of another kind. */
export type Keeping = "declared" | "attributed";

/** What has left a set and is still to be deleted: ids, and the fields that the set declared. */
export interface Undeleted {
  readonly ids: Map<string, RecordId>;
  readonly fields: Map<string, Fields>;
  /** Whether a key of them may be secret, though the set's keys are not any more. */
  secretKeys: boolean;
}

export class Run {
  /** Ids of the records that this process has deleted, or is deleting: the engine asks for several deletes at once. */
  readonly deleted = new Set<string>();
  readonly #claims = new ClaimIndex();
  readonly #toNote: (() => void)[] = [];
  readonly #toHold: Holding[] = [];
  /** Ids of all records that resources of this stack have or have had. */
  readonly #owned = new Set<string>();
  /** Ids of the records that resources go on to have, by URN: the latest that the run has shown of each. */
  readonly #held = new Map<string | undefined, ReadonlySet<string>>();
  readonly #renamed = new Map<string | undefined, string>();
  readonly #undeleted = new Map<string | undefined, Undeleted>();
  readonly #settled = new Map<string | undefined, () => ReadonlyMap<string, RecordId>>();
  #applies = false;

  /**
   * @param facts what the processes of the run tell each other
   * @param account where this process's objects are
   */
  constructor(
    readonly facts: RunFacts,
    private readonly account: () => OwnAccount,
  ) {}

  /**
   * Check was asked for a resource that declares these objects.
   *
   * @returns keys that another resource of the run declares
   */
  claim(claim: Claim): Conflict[] {
    const isFirst = this.#claims.size === 0;
    this.#claims.add(claim);
    if (claim.objects === undefined) {
      return [];
    }
    // What is unchanged, and so not even read, its program has noted itself.
    if (typeof claim.objects !== "function") {
      const { objects, kind } = claim;
      this.#note(() => {
        for (const [space, keys] of Object.entries(claimsOf(kind, [...objects]))) {
          this.facts.noteDeclared(this.account(), space, keys);
        }
      });
    }
    // One resource alone conflicts with itself only where its objects claim more than their keys.
    const isAlone = isFirst && (claim.kind.attribution === undefined || typeof claim.objects === "function");
    return isAlone ? [] : this.#claims.conflicts();
  }

  /** Whether this process has been asked to check the resource of this URN. */
  hasChecked(urn: string | undefined): boolean {
    return this.#claims.of(this.#currentUrn(urn)) !== undefined;
  }

  /**
   * This run applies the program: create or update was asked for, or diff after a check. A refresh asks for diffs before any
   * check, also in a destroy; and a destroy that runs the program may check what it is about to delete.
   */
  apply(): void {
    this.#applies = true;
    try {
      for (let note = this.#toNote[0]; note !== undefined; note = this.#toNote[0]) {
        note();
        this.#toNote.shift();
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const next = "Make room or give access there, or set TMPDIR to another folder, and run the command again";
      throw new Failure(`cannot note what this run declares: ${reason}. Nothing was sent. ${next}`, { cause: error });
    }
  }

  /** A resource of this stack has these records. */
  hold(holding: Holding): void {
    const { urn, ids, goesOn, isComplete } = holding;
    this.#toHold.push(holding);
    if (isComplete && urn !== undefined) {
      this.#note(() => {
        // Where nothing is carried out, a hundred thousand ids need not be read.
        if (this.facts.hasBegun()) {
          const declared = goesOn();
          this.facts.noteHeld(
            urn,
            [...ids()].flatMap(([key, id]) => (declared.has(key) ? [id] : [])),
          );
        }
      });
    }
  }

  /** Whether a record belongs to a resource of this stack, as far as the run has shown it. */
  owns(id: string): boolean {
    this.#readHoldings();
    return this.#owned.has(id);
  }

  /** Whether an object of this run has this text as its key. */
  isKey(kind: Kind, text: string, facts: FactsSeen): boolean {
    return (
      this.#claims.isClaimed({ space: kind.name, key: text }) ||
      facts.isDeclared(this.account(), kind.name, text) ||
      facts.isConstructed(kind.name, text)
    );
  }

  /** A resource of the state goes on under another URN, by an alias. */
  rename(from: string, to: string): void {
    if (from !== to) {
      this.#renamed.set(from, to);
    }
  }

  /** The URNs that a resource had before. */
  formerUrns(urn: string): string[] {
    return [...this.#renamed].flatMap(([from, to]) => (to === urn && from !== undefined ? [from] : []));
  }

  /** The set of this URN in the program, under the URN that it has there. `undefined` if this process has not seen it. */
  setOf(urn: string | undefined): (Claim & { readonly objects: Objects | undefined }) | undefined {
    const claim = this.#claims.of(this.#currentUrn(urn));
    return claim && { ...claim, objects: objectsOf(claim) };
  }

  /** Whether any check has been asked for in this process. */
  get hasDeclarations(): boolean {
    return this.#claims.size > 0;
  }

  /** What has left a set in this run and is still to be deleted. */
  undeletedOf(urn: string | undefined): Undeleted {
    const found = this.#undeleted.get(urn) ?? { ids: new Map(), fields: new Map(), secretKeys: false };
    this.#undeleted.set(urn, found);
    return found;
  }

  /** Notes that the members of a set are up to date. */
  noteSettled(urn: string, ids: () => ReadonlyMap<string, RecordId>): void {
    this.#settled.set(urn, ids);
    this.#note(() => this.facts.noteSettled(urn));
  }

  /** The members of a set, once they are up to date in this process. */
  settledMembers(urn: string): ReadonlyMap<string, RecordId> | undefined {
    return this.#settled.get(this.#currentUrn(urn))?.();
  }

  /** The fields that another resource declares of an object. `undefined` if none does, as far as this process has been asked. */
  successor(kind: Kind, key: string): Readonly<Record<string, unknown>> | undefined {
    return this.#applies ? this.#claims.claimantOf({ space: kind.name, key })?.fields : undefined;
  }

  /** Why a record that a resource lets go of stays, if it does: the run has shown that the program goes on to need it. */
  keeps(
    kind: Kind,
    record: { key: string; id: string; urn: string | undefined },
    facts: FactsSeen,
  ): Keeping | undefined {
    const { key, id, urn } = record;
    const current = this.#currentUrn(urn);
    this.#readHoldings();
    if (
      this.successor(kind, key) !== undefined ||
      facts.isDeclared(this.account(), kind.name, key) ||
      facts.isConstructedByAnother(this.account(), kind.name, key, urn) ||
      facts.isHeld(id) ||
      [...this.#held].some(([holder, held]) => holder !== current && held.has(id))
    ) {
      return "declared";
    }
    return this.isAttributed(kind, key, facts, urn) ? "attributed" : undefined;
  }

  /**
   * Whether an object of the program gets the usage of this one.
   *
   * @param owner the URN of a resource whose own word does not count
   */
  isAttributed(kind: Kind, key: string, facts: FactsSeen, owner?: string): boolean {
    const space = attributedSpace(kind);
    return (
      (this.#applies && this.#claims.claimantOf({ space, key }) !== undefined) ||
      facts.isDeclared(this.account(), space, key) ||
      facts.isAttributedByAnother(this.account(), space, key, owner)
    );
  }

  /** Whether the run has shown that an object of the program goes without a key that is attributed to it now. */
  givesUp({ name, attribution }: Kind, holder: LiveObject, attributed: string, facts: FactsSeen): boolean {
    if (attribution === undefined) {
      return false;
    }
    const told = { space: toldSpace({ name }), key: holder.key };
    const key = { space: attributedSpace({ name: attribution.kind }), key: attributed };
    if (facts.isConstructedWithout(this.account(), told, key)) {
      return true;
    }
    const own = this.#claims.claimantOf({ space: name, key: holder.key });
    const valueIn = (fields: Readonly<Record<string, unknown>> | undefined): unknown => fields?.[attribution.field];
    const [was, is] = [valueIn(own?.claim.before?.().get(own.key)), valueIn(own?.fields)];
    // What stops being declared is cleared.
    const isDropped = Array.isArray(is) ? !is.includes(attributed) : is === undefined && Array.isArray(was);
    const isWritten = (own !== undefined && own.claim.adopts !== false) || this.owns(holder.id);
    return isDropped && isWritten;
  }

  /** Objects of other kinds that are declared beside these, with fields that say the same. */
  overlaps(kind: Kind, objects: Objects): Overlap[] {
    return this.#claims.overlaps(kind, objects);
  }

  /** Puts off what other processes are to know until it is certain that this run applies the program. */
  #note(note: () => void): void {
    this.#toNote.push(note);
    if (this.#applies) {
      this.apply();
    }
  }

  /** The URN in the program of a resource that may have been renamed by an alias. */
  #currentUrn(urn: string | undefined): string | undefined {
    return this.#renamed.get(urn) ?? urn;
  }

  /** Puts off until somebody asks: of most runs nobody does, and a set may have a hundred thousand ids. */
  #readHoldings(): void {
    for (const { urn, ids, goesOn } of this.#toHold.splice(0)) {
      const declared = goesOn();
      const held = new Set<string>();
      for (const [key, id] of ids()) {
        this.#owned.add(id);
        if (declared.has(key)) {
          held.add(id);
        }
      }
      this.#held.set(urn, held);
    }
  }
}
