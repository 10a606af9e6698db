/**
 * What one run of the engine has shown one process of the provider. It answers one question: is the record that is to be
 * deleted now declared by another resource of this run?
 *
 * The engine asks check and diff of everything that a program declares before its delete phase. "Declared", and not "has been
 * written", because after a crash between create and delete the next run writes nothing and deletes.
 */
import type { FactsSeen, RunFacts } from "../run/facts";
import type { Objects, Options } from "./declaration";
import type { Kind } from "./kind";
import type { Fields, RecordId } from "./port";
import type { Previewed } from "./unknown";

/** A resource as a check has shown it. */
interface Claim {
  readonly kind: Kind;
  readonly urn: string;
  /** By key; a function where reading them is put off until somebody asks. `undefined` while they are unknown. */
  readonly objects: Objects | (() => Objects) | undefined;
  /** Sets only: the keys that it had before, and how many of them it may lose. */
  readonly before?: (() => Objects) | undefined;
  readonly maxDeletions?: Previewed<Options["maxDeletions"]>;
}

/** A key that two resources declare. */
export interface Conflict {
  readonly key: string;
  readonly otherUrn: string;
}

/** What a set's update or an early deletion has taken out of a set: ids, and the fields that the set declared. */
export interface TakenOut {
  readonly ids: Map<string, RecordId>;
  readonly fields: Map<string, Fields>;
}

export class Run {
  /** Ids of the records that this process has deleted, or is deleting: the engine asks for several deletes at once. */
  readonly deleted = new Set<string>();
  readonly #claims = new Map<string, Claim>();
  readonly #toIndex: Claim[] = [];
  /** URNs of the resources that declare an object, by kind and key. */
  readonly #declarers = new Map<string, string>();
  readonly #toNote: (() => void)[] = [];
  readonly #records: { readonly urn: string | undefined; readonly ids: () => Iterable<string> }[] = [];
  readonly #holders = new Map<string, Set<string | undefined>>();
  readonly #renamed = new Map<string, string>();
  readonly #takenOut = new Map<string, TakenOut>();
  readonly #settled = new Map<string, () => ReadonlyMap<string, RecordId>>();
  #applies = false;

  /**
   * @param facts what the processes of the run tell each other
   * @param account where this process's objects are
   */
  constructor(
    private readonly facts: RunFacts,
    private readonly account: () => string,
  ) {}

  /**
   * Check was asked for a resource that declares these objects.
   *
   * @returns keys that another resource of the run declares
   */
  claim(claim: Claim): Conflict[] {
    const isFirst = this.#claims.size === 0 || (this.#claims.size === 1 && this.#claims.has(claim.urn));
    this.#claims.set(claim.urn, claim);
    this.#toIndex.push(claim);
    if (claim.objects === undefined) {
      return [];
    }
    // What is unchanged, and so not even read, its program has noted itself.
    if (typeof claim.objects !== "function") {
      const { objects } = claim;
      this.#note(() => this.facts.noteDeclared(this.account(), claim.kind.name, objects.keys()));
    }
    return isFirst ? [] : this.#index();
  }

  /**
   * Diff was asked for. Only after a check it means that this run applies the program: a refresh asks too, before any check, also
   * in a destroy; and a destroy that runs the program may check what it is about to delete.
   *
   * @returns whether it comes after a check
   */
  compare(urn: string | undefined): boolean {
    const checked = urn !== undefined && this.#claims.has(urn);
    if (checked) {
      this.apply();
    }
    return checked;
  }

  /** Create or update was asked for: this run applies the program. */
  apply(): void {
    this.#applies = true;
    for (const note of this.#toNote.splice(0)) {
      note();
    }
  }

  /**
   * A resource of this stack has these records.
   *
   * @param urn the resource, if it goes on to have them
   */
  hold(urn: string | undefined, ids: () => Iterable<string>): void {
    this.#records.push({ urn, ids });
  }

  /** Whether a record belongs to a resource of this stack, as far as the run has shown it. */
  owns(id: string): boolean {
    return this.#holdersOf(id).size > 0;
  }

  /** Whether an object of this run has this text as its key. */
  isKey(kind: Kind, text: string, facts: FactsSeen): boolean {
    return (
      this.#declarerOf(kind, text) !== undefined ||
      facts.isDeclared(this.account(), kind.name, text) ||
      facts.isConstructedByAnother(kind.name, text, undefined)
    );
  }

  /** A resource of the state goes on under another URN, by an alias. */
  rename(from: string | undefined, to: string): void {
    if (from !== undefined && from !== to) {
      this.#renamed.set(from, to);
    }
  }

  /** The URNs that a resource had before. */
  formerUrns(urn: string): string[] {
    return [...this.#renamed].flatMap(([from, to]) => (to === urn ? [from] : []));
  }

  /** Whether this process has been asked to check the set of this URN. */
  hasSeen(urn: string): boolean {
    return this.#claims.has(this.#renamed.get(urn) ?? urn);
  }

  /** The set of this URN in the program, under the URN that it has there. `undefined` if this process has not seen it. */
  setOf(urn: string): (Claim & { readonly objects: Objects | undefined }) | undefined {
    const claim = this.#claims.get(this.#renamed.get(urn) ?? urn);
    return claim && { ...claim, objects: objectsOf(claim) };
  }

  /** Whether any check has been asked for in this process, or by its program. */
  get hasDeclarations(): boolean {
    return this.#claims.size > 0;
  }

  /** What has been taken out of a set in this run, and not been deleted yet. */
  takenOutOf(urn: string): TakenOut {
    const found = this.#takenOut.get(urn) ?? { ids: new Map(), fields: new Map() };
    this.#takenOut.set(urn, found);
    return found;
  }

  /** The members of a set are up to date. */
  settle(urn: string, ids: () => ReadonlyMap<string, RecordId>): void {
    this.#settled.set(urn, ids);
    this.#note(() => this.facts.noteSettled(urn));
  }

  /** The members of a set, once they are up to date in this process. */
  settledMembers(urn: string): ReadonlyMap<string, RecordId> | undefined {
    return this.#settled.get(this.#renamed.get(urn) ?? urn)?.();
  }

  /** Whether this run carries out what it is asked, as far as its program has told. A preview does not. */
  get isCarriedOut(): boolean {
    return this.facts.hasBegun();
  }

  /** What the other processes of the run have noted. */
  readFacts(): FactsSeen {
    return this.facts.read();
  }

  /** The fields that another resource declares of an object. `undefined` if none does, as far as this process has been asked. */
  successor(kind: Kind, key: string): Readonly<Record<string, unknown>> | undefined {
    const urn = this.#applies ? this.#declarerOf(kind, key) : undefined;
    return urn === undefined ? undefined : objectsOf(this.#claims.get(urn))?.get(key);
  }

  /** Whether a record that a resource lets go of stays, because the run has shown that another one has it. */
  keeps(kind: Kind, record: { key: string; id: string; urn: string | undefined }, facts: FactsSeen): boolean {
    const { key, id, urn } = record;
    const renamed = this.#renamed.get(urn ?? "");
    return (
      this.successor(kind, key) !== undefined ||
      facts.isDeclared(this.account(), kind.name, key) ||
      facts.isConstructedByAnother(kind.name, key, urn) ||
      [...this.#holdersOf(id)].some((holder) => holder !== undefined && holder !== urn && holder !== renamed)
    );
  }

  /** Puts off what other processes are to know until it is certain that this run applies the program. */
  #note(note: () => void): void {
    this.#toNote.push(note);
    if (this.#applies) {
      this.apply();
    }
  }

  /** @returns keys that more than one resource declares, of those that had not been looked at */
  #index(): Conflict[] {
    const conflicts: Conflict[] = [];
    for (const claim of this.#toIndex.splice(0)) {
      for (const key of objectsOf(claim)?.keys() ?? []) {
        const name = nameOf(claim.kind, key);
        const otherUrn = this.#declarers.get(name);
        if (otherUrn !== undefined && otherUrn !== claim.urn && this.#declares(otherUrn, key)) {
          conflicts.push({ key, otherUrn });
        } else {
          this.#declarers.set(name, claim.urn);
        }
      }
    }
    return conflicts;
  }

  #declares(urn: string, key: string): boolean {
    return objectsOf(this.#claims.get(urn))?.has(key) === true;
  }

  #declarerOf(kind: Kind, key: string): string | undefined {
    this.#index();
    return this.#declarers.get(nameOf(kind, key));
  }

  #holdersOf(id: string): ReadonlySet<string | undefined> {
    for (const { urn, ids } of this.#records.splice(0)) {
      for (const one of ids()) {
        const holders = this.#holders.get(one) ?? new Set<string | undefined>();
        this.#holders.set(one, holders.add(urn));
      }
    }
    return this.#holders.get(id) ?? new Set();
  }
}

function objectsOf(claim: Claim | undefined): Objects | undefined {
  return typeof claim?.objects === "function" ? claim.objects() : claim?.objects;
}

function nameOf(kind: Kind, key: string): string {
  return `${kind.name} ${key}`;
}
