/** Whether a run that was cut and repaired has come to the same end as one that was not: pure. */
import type { Subject } from "openmeter-emulator";

/** All records of a server, deleted ones too. */
export type Records = readonly Subject[];

/** A resource as the state has it. */
export type Resource = Readonly<Record<string, unknown>>;

/** What a step leaves behind. */
export interface End {
  readonly records: Records;
  readonly resources: readonly Resource[];
}

export interface Comparison {
  /** The server before the step. */
  readonly before: Records;
  /** The end of the step when nothing cut it. */
  readonly undisturbed: End;
  /** The end of the step that was cut and repaired. */
  readonly repaired: End;
}

/** Says all that is wrong; nothing when nothing is. */
export function complaints({ before, undisturbed, repaired }: Comparison): string[] {
  return [
    ...complaintsAboutServer(before, undisturbed.records, repaired.records),
    ...differing("in the state", stateOf(undisturbed), stateOf(repaired)),
  ];
}

function complaintsAboutServer(before: Records, undisturbed: Records, repaired: Records): string[] {
  const found: string[] = [];
  const actual = new Map(repaired.map((record) => [record.id, record]));
  const previous = new Map(before.map((record) => [record.id, record]));
  for (const record of undisturbed) {
    const was = previous.get(record.id);
    const is = actual.get(record.id);
    if (was === undefined) continue;
    if (is === undefined) found.push(`the record of ${record.key} has vanished`);
    else if (same(was, record)) {
      if (!same(is, record)) found.push(`${record.key} was touched: ${text(record)} became ${text(is)}`);
    } else if (!same(content(is), content(record))) {
      found.push(`${record.key} should be ${text(content(record))} and is ${text(content(is))}`);
    }
  }
  const made = (records: Records) =>
    records.filter(({ id }) => !previous.has(id)).map((record) => text(content(record)));
  return [...found, ...differing("made", made(undisturbed), made(repaired))];
}

function differing(what: string, wanted: readonly string[], got: readonly string[]): string[] {
  return [
    ...without(wanted, got).map((item) => `not ${what}: ${shown(item)}`),
    ...without(got, wanted).map((item) => `besides ${what}: ${shown(item)}`),
  ];
}

/** What the state says of each resource, with the server's ids told by what they stand for. */
function stateOf({ records, resources }: End): string[] {
  const names = new Map(
    records.map(({ id, key, deletedAt }) => [id, deletedAt === undefined ? key : `deleted ${key}`]),
  );
  return resources
    .filter(({ type }) => /:Subject(Set|SetMembers)?$/.test(String(type)))
    .map((resource) => ({ ...resource, outputs: withoutMarks(resource.outputs) }) as Resource)
    .map((resource) =>
      text(Object.fromEntries(telling.map((name) => [name, resource[name]]))).replace(
        /[0-9A-HJKMNP-TV-Z]{26}/g,
        (id) => names.get(id) ?? id,
      ),
    );
}

/** The marks of outputs are those of the last write: a resource that was renamed since, and not written, has its old name there. */
function withoutMarks(outputs: unknown): unknown {
  return typeof outputs === "object" && outputs !== null ? { ...outputs, __openmeter: undefined } : outputs;
}

/** The rest is the engine's: when it last wrote a resource, and which line of the program declares it. */
const telling = ["urn", "id", "inputs", "outputs", "delete", "pendingReplacement", "initErrors"] as const;

/** Keys that are live before and after, but not as the same record. */
export function recreated(before: Records, after: Records): string[] {
  const live = (records: Records) => records.filter(({ deletedAt }) => deletedAt === undefined);
  const idsAfter = new Map(live(after).map(({ key, id }) => [key, id]));
  return live(before).flatMap(({ key, id }) => ((idsAfter.get(key) ?? id) === id ? [] : [key]));
}

/** What a record holds, whenever it was made and changed, and whether it is live. */
function content({ id: _id, createdAt: _created, updatedAt: _updated, deletedAt, ...fields }: Subject): object {
  return { ...fields, live: deletedAt === undefined };
}

/** A set's state may have a hundred thousand characters. */
function shown(item: string): string {
  return item.slice(0, 1_000);
}

/** Takes away as often as it is there: a record made twice is one too many. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const rest = [...other];
  return list.filter((item) => {
    const index = rest.indexOf(item);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
}

function same(one: object, other: object): boolean {
  return text(one) === text(other);
}

/** The server writes the fields of its records in one order. */
function text(value: object): string {
  return JSON.stringify(value);
}
