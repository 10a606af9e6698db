/** Looking at what is there before anything is written: what is taken over, what is refused, what a preview can say of it. */

import type { Operation } from "./advice";
import { type Declaration, knownDeclaration, type Preview } from "./declaration";
import type { Differing } from "./differences";
import { existAlready, existOtherwise, Failure, readInWords } from "./failure";
import { differing, readsHere, type Written } from "./plan";
import type { LiveObject, RecordId } from "./port";
import { withProgress } from "./progress";
import { conceal } from "./secrets";
import { type Foreseen, foreseenFail, foreseenMatch } from "./summary";
import type { Surroundings } from "./surroundings";

/**
 * A create may meet an object of its own stack before the engine has shown the resource that has it, as in a swap of keys. Only a
 * create that is about to refuse waits, and so long.
 */
const lateDiffMs = 500;

/** An object that is there: its record, and the fields that differ from what is declared, if any. */
export interface Observed extends Differing {
  readonly id: RecordId;
  /** Whether the server has made it by itself: see kind.ts. */
  readonly isProvisioned?: true;
  /** Kept only where the write needs it. */
  readonly live?: LiveObject;
}

/** Objects that are there, by key. */
export type Observation = ReadonlyMap<string, Observed>;

/**
 * Reads objects before an operation.
 *
 * @param confirmMissing whether more than the word of a list is needed for what is missing
 */
export async function observe(
  around: Surroundings,
  now: Declaration,
  { operation, keys, confirmMissing }: { operation: Operation; keys: readonly string[]; confirmMissing: boolean },
): Promise<Observation> {
  const { kind, connect } = around;
  const take = (live: LiveObject): Observed => {
    // Stryker disable next-line ConditionalExpression,LogicalOperator: a hundred thousand whole answers would fill the memory
    const isNeeded = confirmMissing || readsHere(kind, now);
    const isProvisioned = kind.isProvisioned?.(live.fields);
    return {
      id: live.id,
      key: live.key,
      fields: differing(kind, now, live),
      ...(isProvisioned && { isProvisioned }),
      ...(isNeeded && { live }),
    };
  };
  const wanted = keys.map((key) => ({ key, fields: Object.keys(now.objects.get(key) ?? {}) }));
  return readInWords(now, operation, () =>
    withProgress(around, now, { total: keys.length, what: "read" }, (progress) =>
      connect().port.getAll(wanted, take, { confirmMissing, progress }),
    ),
  );
}

/**
 * Refuses what exists and is not this stack's, as `onExisting` says. Returns what is taken over as it is. Of a forced replacement the
 * engine has asked no diff, so its own object looks like another's. What the server has made for an object of this run is nobody's.
 */
export async function takeOver(
  { kind, run, clock, connect }: Surroundings,
  now: Declaration,
  created: readonly string[],
  observation: Observation,
): Promise<ReadonlyMap<string, Written>> {
  const { onExisting = "adopt" } = now.options;
  const existing = onExisting === "adopt" ? [] : created.flatMap((key) => observation.get(key) ?? []);
  const inTheWay = existing.filter(({ fields }) => onExisting === "fail" || fields.length > 0);
  const isOurs = ({ key, id, isProvisioned }: Observed) =>
    run.owns(id) || (isProvisioned === true && run.isAttributed(kind, key, run.facts.read()));
  const foreign = () => inTheWay.filter((one) => !isOurs(one));
  if (foreign().length > 0) {
    await clock.sleep(lateDiffMs);
  }
  const refused = foreign();
  if (refused.length > 0) {
    throw onExisting === "fail" ? existAlready(now, refused) : existOtherwise(now, refused, connect().redactor.show);
  }
  const matched = existing.filter(({ fields }) => fields.length === 0);
  return new Map(matched.map(({ key, id }) => [key, { id }]));
}

/**
 * Previews what a create with onExisting "match" or "fail" will do. Only says: whose an object is that is in the way, the create
 * finds out. Where the run carries it out, that is the create's own business, and would be told twice.
 *
 * @throws {Failure} when OpenMeter cannot be asked, and the program has onExisting "match"
 */
export async function foresee(around: Surroundings, now: Preview, isNew: (key: string) => boolean): Promise<void> {
  const { onExisting } = now.options;
  const isAsked = (onExisting === "match" || onExisting === "fail") && !around.run.facts.hasBegun();
  const declared = isAsked ? knownDeclaration(now) : undefined;
  if (declared === undefined) {
    return;
  }
  const created = [...declared.objects.keys()].filter(isNew);
  if (created.length === 0) {
    return;
  }
  const { report, told } = around;
  try {
    const { said, warning } = await foreseenOf(around, declared, created);
    const line = `${now.label}${now.isSet ? ":" : ""}`;
    if (said !== undefined) {
      report(`${line} ${said}`, { urn: now.urn });
    }
    if (warning !== undefined) {
      report(`${line} ${warning}`, { urn: now.urn, level: "warning" });
    }
  } catch (error) {
    // A preview may do without OpenMeter. That nothing is sent, "match" has promised.
    if (!(error instanceof Failure) || onExisting === "match") {
      throw error;
    }
    report(`cannot tell whether onExisting "fail" will refuse this: ${told.messageOf(error)}`, {
      urn: now.urn,
      level: "warning",
    });
  }
}

async function foreseenOf(around: Surroundings, declared: Declaration, created: readonly string[]): Promise<Foreseen> {
  conceal(around, declared);
  const observation = await observe(around, declared, { operation: "look", keys: created, confirmMissing: false });
  const existing = created.flatMap((key) => observation.get(key) ?? []);
  if (declared.options.onExisting === "fail") {
    return foreseenFail(
      declared,
      existing.map(({ key }) => key),
    );
  }
  const wrong = existing.filter(({ fields }) => fields.length > 0);
  const missing = created.filter((key) => !observation.has(key));
  const found = { matched: existing.length - wrong.length, differing: wrong, missing };
  return foreseenMatch(declared, found, declared.objects.size, around.connect().redactor.show);
}
