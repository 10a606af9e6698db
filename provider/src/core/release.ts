/** Letting go of records: each is deleted, unless the run has shown that another resource has it. */
import type { Declarer } from "./declaration";
import { isUnfinished, notDeleted, readInWords, type Unfinished } from "./failure";
import { droppedFields, update } from "./plan";
import type { DeleteOutcome, Fields, LiveObject, RecordId, Write } from "./port";
import { withProgress } from "./progress";
import type { Keeping } from "./run";
import { conceal } from "./secrets";
import type { Surroundings } from "./surroundings";
import { namedKeys } from "./words";

/** Records that a resource lets go of. */
export interface Release {
  readonly ids: ReadonlyMap<string, RecordId>;
  /** What the resource declared of each, as far as it is known. */
  readonly fields: ReadonlyMap<string, Fields>;
  /** The URN of the resource that lets go, so that its own claims keep none of them; `undefined` where any claim is to. */
  readonly owner: string | undefined;
  /** Which objects of the resource they are, if not all, for the message of a failure: `subjects that left it`. */
  readonly which?: string;
}

/**
 * Deletes records by id. One that another resource of this run declares only changes hands: it stays, and loses what the old
 * resource declared and the new one does not.
 *
 * @throws {Failure} naming keys and ids when any of them could not be deleted or cleared
 */
export async function release(
  around: Surroundings,
  who: Declarer,
  { ids, fields, owner, which }: Release,
): Promise<void> {
  const { kind, run, report, connect } = around;
  const pending = [...ids].filter(([, id]) => !run.deleted.has(id));
  const objects = new Map(pending.map(([key]) => [key, fields.get(key) ?? {}]));
  conceal(around, { ...who, options: {}, objects });
  const facts = run.facts.read();
  const keeping = new Map(pending.map(([key, id]) => [key, run.keeps(kind, { key, id, urn: owner }, facts)] as const));
  const removed = new Map(pending.filter(([key]) => keeping.get(key) === undefined));
  for (const why of ["declared", "attributed"] as const) {
    const kept = [...keeping].flatMap(([key, is]) => (is === why ? [key] : []));
    if (kept.length > 0) {
      report(keptMessage(who, kept, why), { urn: who.urn });
    }
  }
  // Of what is only attributed, nobody takes the fields over.
  const kept = [...keeping].flatMap(([key, is]) => (is === "declared" ? [key] : []));
  const droppedOf = (key: string) => droppedFields(kind, fields.get(key) ?? {}, run.successor(kind, key));
  const dropped = new Map(kept.map((key) => [key, droppedOf(key)] as const).filter(([, names]) => names.length > 0));
  for (const id of removed.values()) {
    run.deleted.add(id);
  }
  const total = dropped.size + removed.size;
  if (total === 0) {
    return;
  }
  const unfinished = await withProgress(around, who, { total, what: "deleted" }, async (tell): Promise<Unfinished> => {
    const { port } = connect();
    const clears = await readInWords(who, "delete", () => clearing(around, dropped, fields));
    const cleared = await port.write(clears, {
      keep: () => undefined,
      adopts: true,
      givesUp: async () => false,
      isNeeded: () => true,
    });
    const progress = (done: number) => tell(dropped.size + done);
    const gone: DeleteOutcome =
      cleared.stoppedBy === undefined
        ? await port.delete(removed, { isKey: (text) => run.isKey(kind, text, facts), progress })
        : { ...cleared, deleted: new Set(), refused: [] };
    for (const key of gone.deleted) {
      removed.delete(key);
    }
    const refused = [...cleared.refused, ...gone.refused];
    return {
      refused: refused.map(({ key, error }) => ({ key, error, reason: error.message })),
      stoppedBy: gone.stoppedBy,
      done: cleared.stored.size + gone.deleted.size,
      total,
    };
  }).finally(() => {
    for (const id of removed.values()) {
      run.deleted.delete(id);
    }
  });
  if (isUnfinished(unfinished)) {
    // A destroy asks no checks, nor does an `up` of a program that declares none of these objects any more.
    throw notDeleted(who, run.hasDeclarations ? "delete" : "destroy", { ids: removed, which }, unfinished);
  }
}

/** The writes that clear fields which are declared no more, and leave what others have written into maps. */
async function clearing(
  { kind, connect }: Surroundings,
  dropped: ReadonlyMap<string, readonly string[]>,
  fields: Release["fields"],
): Promise<Write[]> {
  const now = { objects: new Map(), options: {} };
  const wanted = Array.from(dropped.keys(), (key) => ({ key, fields: [] }));
  const found = await connect().port.getAll(wanted, (object) => object);
  return [...found].map(([key, live]) => {
    const clear = (there: LiveObject): Write =>
      update(kind, { ...now, objects: fields }, now, { key, id: live.id, names: dropped.get(key) ?? [], live: there });
    // What is gone has nothing to be cleared, and to write it would make it anew.
    return { ...clear(live), onto: (there) => there && clear(there) };
  });
}

function keptMessage({ isSet, label, secretKeys }: Declarer, keys: readonly string[], why: Keeping): string {
  const it = keys.length === 1 ? "it" : "them";
  const reason = {
    declared: `the program still declares ${it}`,
    attributed: `another resource of the program has the usage of ${it}, which a deletion could end`,
  }[why];
  return isSet ? `${label}: ${namedKeys(keys, 5, secretKeys)} kept: ${reason}` : `${label} is kept: ${reason}`;
}
