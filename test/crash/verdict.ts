/** Whether a run that was cut and repaired has come to the same end as one that was not: pure. */
import type { PlainCustomer } from "./program";

/** A subject or a customer as the server has it, with its Stripe link. */
export type ServerRecord = Readonly<Record<string, unknown>> & {
  readonly kind: "subject" | "customer";
  readonly id: string;
  readonly key: string;
};

/** All records of a server, deleted ones too. */
export type Records = readonly ServerRecord[];

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
  const [wanted, got] = [contentIn(undisturbed), contentIn(repaired)];
  for (const record of undisturbed) {
    const was = previous.get(record.id);
    const is = actual.get(record.id);
    const name = nameOf(record);
    if (was === undefined) {
      continue;
    }
    if (is === undefined) {
      found.push(`the record of ${name} has vanished`);
    } else if (text(was) === text(record)) {
      if (text(is) !== text(record)) {
        found.push(`${name} was touched: ${text(record)} became ${text(is)}`);
      }
    } else if (got(is) !== wanted(record)) {
      found.push(`${name} should be ${wanted(record)} and is ${got(is)}`);
    }
  }
  const made = (records: Records) => records.filter(({ id }) => !previous.has(id));
  return [...found, ...differing("made", made(undisturbed).map(wanted), made(repaired).map(got))];
}

function differing(what: string, wanted: readonly string[], got: readonly string[]): string[] {
  return [
    ...without(wanted, got).map((item) => `not ${what}: ${shown(item)}`),
    ...without(got, wanted).map((item) => `besides ${what}: ${shown(item)}`),
  ];
}

/** What the state says of each resource. */
function stateOf({ records, resources }: End): string[] {
  const named = namingIds(records);
  return resources
    .filter(({ type }) => /:(Subject|Customer)(Set|SetMembers)?$/.test(String(type)))
    .map((resource) => ({ ...resource, outputs: withoutMarks(resource.outputs) }) as Resource)
    .map((resource) => named(text(Object.fromEntries(telling.map((name) => [name, resource[name]])))));
}

/** The marks of outputs are those of the last write: a resource that was renamed since, and not written, has its old name there. */
function withoutMarks(outputs: unknown): unknown {
  return typeof outputs === "object" && outputs !== null ? { ...outputs, __openmeter: undefined } : outputs;
}

/** The rest is the engine's: when it last wrote a resource, and which line of the program declares it. */
const telling = ["urn", "id", "inputs", "outputs", "delete", "pendingReplacement", "initErrors"] as const;

/** Keys that are live before and after, but not as the same record. */
export function recreated(before: Records, after: Records): string[] {
  const idsAfter = new Map(live(after).map((record) => [nameOf(record), record.id]));
  return live(before).flatMap((record) => {
    const name = nameOf(record);
    return (idsAfter.get(name) ?? record.id) === record.id ? [] : [name];
  });
}

/** Subject keys of customers that are attributed to nobody, to another customer, or to more than one. */
export function misattributed(declared: readonly PlainCustomer[], records: Records): string[] {
  const customers = live(records).filter(({ kind }) => kind === "customer");
  return declared.flatMap(({ key, subjectKeys = [] }) =>
    subjectKeys.flatMap((subjectKey) => {
      const holders = customers.filter((one) => one.key === subjectKey || subjectKeysOf(one).includes(subjectKey));
      const keys = holders.map((holder) => holder.key);
      return keys.length === 1 && keys[0] === key
        ? []
        : [`subject key ${subjectKey} of customer ${key} is attributed to ${keys.join(" and ") || "nobody"}`];
    }),
  );
}

function subjectKeysOf({ usageAttribution }: ServerRecord): readonly unknown[] {
  const isThere =
    typeof usageAttribution === "object" && usageAttribution !== null && "subjectKeys" in usageAttribution;
  return isThere && Array.isArray(usageAttribution.subjectKeys) ? usageAttribution.subjectKeys : [];
}

function live(records: Records): Records {
  return records.filter(({ deletedAt }) => deletedAt === undefined);
}

/** What a record holds, whenever it was made and changed, and whether it is live. */
function contentIn(records: Records): (record: ServerRecord) => string {
  const named = namingIds(records);
  return ({ id: _id, createdAt: _created, updatedAt: _updated, deletedAt, ...fields }) =>
    named(text({ ...fields, live: deletedAt === undefined }));
}

/** Tells the server's ids by what they stand for. */
function namingIds(records: Records): (withIds: string) => string {
  const names = new Map(
    records.map((record) => [record.id, `${record.deletedAt === undefined ? "" : "deleted "}${nameOf(record)}`]),
  );
  return (withIds) => withIds.replace(/[0-9A-HJKMNP-TV-Z]{26}/g, (id) => names.get(id) ?? id);
}

function nameOf({ kind, key }: ServerRecord): string {
  return `${kind} ${key}`;
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
    if (index >= 0) {
      rest.splice(index, 1);
    }
    return index < 0;
  });
}

/** The server writes the fields of its records in one order. */
function text(value: object): string {
  return JSON.stringify(value);
}
