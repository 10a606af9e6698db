/** What the resources of a run claim, as far as checks have shown it, found by what is claimed. */
import { attributedSpace, type ClaimedKey, claimedKeys } from "./claims";
import type { Objects, Options } from "./declaration";
import type { Kind } from "./kind";
import type { Previewed } from "./unknown";

/** A resource as a check has shown it. */
export interface Claim {
  readonly kind: Kind;
  readonly urn: string;
  /** By key; a function where reading them is put off until somebody asks. `undefined` while they are unknown. */
  readonly objects: Objects | (() => Objects) | undefined;
  /** Whether it takes over objects that exist. Default `true`. */
  readonly adopts?: boolean;
  /** Whether its keys are secret, and which of its fields. */
  readonly secretKeys?: boolean;
  readonly secretFields?: readonly string[];
  /** What it had before, and, of a set, how many of them it may lose. */
  readonly before?: (() => Objects) | undefined;
  readonly maxDeletions?: Previewed<Options["maxDeletions"]>;
}

/** An object as a resource declares it. */
interface Claimant {
  readonly urn: string;
  readonly key: string;
}

/** The same, with what is declared of it. */
interface Claiming extends Claimant {
  readonly claim: Claim;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A key that two objects claim: their own, or one that is attributed to both. */
export interface Conflict {
  readonly key: string;
  readonly claimed: ClaimedKey;
  readonly other: Claimant;
  /** Whether one of the two has its keys, or those that are attributed to it, as secrets. */
  readonly isSecret: boolean;
}

/** Two objects of different kinds that OpenMeter may take for one, both with fields that say the same. */
export interface Overlap {
  /** The key that one has and the other is attributed. */
  readonly key: string;
  readonly otherUrn: string;
  /** Whether the key may be secret. */
  readonly isSecret: boolean;
  /** Names in both kinds, first that of the object which was asked about. */
  readonly fields: readonly (readonly [string, string])[];
}

export class ClaimIndex {
  /** By URN: the latest is the one that counts. */
  readonly #claims = new Map<string | undefined, Claim>();
  /** Those that have not been looked at. */
  readonly #toIndex = new Map<string, Claim>();
  /** By what they claim: space and key. */
  readonly #claimants = new Map<string, Claimant>();

  get size(): number {
    return this.#claims.size;
  }

  add(claim: Claim): void {
    this.#claims.set(claim.urn, claim);
    this.#toIndex.set(claim.urn, claim);
  }

  of(urn: string | undefined): Claim | undefined {
    return this.#claims.get(urn);
  }

  /** Keys that more than one object claims, of those that had not been looked at. */
  conflicts(): Conflict[] {
    const conflicts: Conflict[] = [];
    for (const claim of this.#toIndex.values()) {
      const { urn, kind } = claim;
      for (const [key, fields] of objectsOf(claim) ?? []) {
        for (const claimed of claimedKeys(kind, key, fields)) {
          const other = this.#claiming(claimed);
          if (other !== undefined && (other.urn !== urn || other.key !== key)) {
            // Two objects of one key are told once.
            if (claimed.space === kind.name || other.key !== key) {
              conflicts.push({
                key,
                claimed,
                other: { urn: other.urn, key: other.key },
                isSecret: namesSecretKeys(kind, claim) || namesSecretKeys(other.claim.kind, other.claim),
              });
            }
          } else {
            this.#claimants.set(nameOf(claimed), { urn, key });
          }
        }
      }
    }
    this.#toIndex.clear();
    return conflicts;
  }

  /** Whether any object of the run has claimed a key. */
  isClaimed(claimed: ClaimedKey): boolean {
    this.conflicts();
    return this.#claimants.has(nameOf(claimed));
  }

  /** Who claims a key. */
  claimantOf(claimed: ClaimedKey): Claiming | undefined {
    this.conflicts();
    return this.#claiming(claimed);
  }

  /** Objects of other kinds that are declared beside these, with fields that say the same. */
  overlaps(kind: Kind, objects: Objects): Overlap[] {
    const found: Overlap[] = [];
    const compare = (fields: Readonly<Record<string, unknown>>, claimed: ClaimedKey): void => {
      const other = this.claimantOf(claimed);
      if (other === undefined || other.claim.kind === kind) {
        return;
      }
      const theirKind = other.claim.kind;
      const pairs =
        kind.attribution?.kind === theirKind.name ? sameFieldsOf(kind) : sameFieldsOf(theirKind).map(reversed);
      const both = pairs.filter(([own, their]) => fields[own] !== undefined && other.fields[their] !== undefined);
      if (both.length > 0) {
        found.push({
          key: claimed.key,
          otherUrn: other.urn,
          isSecret: namesSecretKeys(theirKind, other.claim),
          fields: both,
        });
      }
    };
    for (const [key, fields] of objects) {
      compare(fields, { space: attributedSpace(kind), key });
      if (kind.attribution !== undefined) {
        for (const claimed of claimedKeys(kind, key, fields).slice(1)) {
          compare(fields, { space: kind.attribution.kind, key: claimed.key });
        }
      }
    }
    return found;
  }

  /** Who has claimed a key, unless its latest declaration does not do so any more. */
  #claiming(claimed: ClaimedKey): Claiming | undefined {
    const claimant = this.#claimants.get(nameOf(claimed));
    const claim = this.#claims.get(claimant?.urn);
    const fields = claimant && objectsOf(claim)?.get(claimant.key);
    if (claimant === undefined || claim === undefined || fields === undefined) {
      return undefined;
    }
    const isStill = claimedKeys(claim.kind, claimant.key, fields).some((one) => nameOf(one) === nameOf(claimed));
    return isStill ? { ...claimant, claim, fields } : undefined;
  }
}

/** The objects that a resource claims, as far as they are known. */
export function objectsOf(claim: Pick<Claim, "objects"> | undefined): Objects | undefined {
  return typeof claim?.objects === "function" ? claim.objects() : claim?.objects;
}

/** Whether a resource's keys, or those that are attributed to its objects, are secret. */
export function namesSecretKeys(
  { attribution }: Kind,
  { secretKeys = false, secretFields = [] }: Pick<Claim, "secretKeys" | "secretFields">,
): boolean {
  return secretKeys || (attribution !== undefined && secretFields.includes(attribution.field));
}

function nameOf({ space, key }: ClaimedKey): string {
  return `${space} ${key}`;
}

function sameFieldsOf({ attribution }: Kind): (readonly [string, string])[] {
  return Object.entries(attribution?.sameFields ?? {});
}

function reversed([own, their]: readonly [string, string]): readonly [string, string] {
  return [their, own];
}
