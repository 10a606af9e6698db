/** Lives of stacks, made by fast-check: it can make, shrink and print them. */
import fc from "fast-check";
import { type Meeting, opening, turnsOf } from "./crossing";
import type { Edit } from "./edit";
import { type Fields, type KindName, kinds } from "./kinds";
import { companionOf } from "./program";
import { keyBeside, keyIn } from "./servers";
import type { ForeignChange, Forget, Nullable, Order, Step, Trouble, Up } from "./steps";
import { customerValues, keys, subjectValues, type Values } from "./values";

/** Objects that print as they are written. */
function record<T>(members: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<T> {
  return fc.record(members, { noNullPrototype: true }) as fc.Arbitrary<T>; // without optional keys it makes all of T
}

/** Objects that have some of these members. */
function someOf<T>(members: Readonly<Record<string, fc.Arbitrary<T>>>): fc.Arbitrary<Record<string, T>> {
  const some = fc.record(members, { requiredKeys: [], noNullPrototype: true });
  return some as fc.Arbitrary<Record<string, T>>; // what is absent has no entry
}

/** What is generated of one kind. */
function stepsOf(kind: KindName, values: Values) {
  const { singles, sets, ignorable } = kinds[kind];
  const key = fc.constantFrom(...keys).map((one) => keyIn({ isElsewhere: false, kind }, one));
  const single = fc.constantFrom(...singles);
  const set = fc.constantFrom(...sets);
  const name = fc.oneof(single, set);
  const field = fc.constantFrom(...Object.keys(values));
  const fields: fc.Arbitrary<Fields> = someOf(values);
  const nullable: fc.Arbitrary<Nullable> = someOf(
    Object.fromEntries(Object.entries(values).map(([one, value]) => [one, fc.option(value)])),
  );
  const setField = Object.entries(values).map(([one, value]) => ({
    weight: 2,
    arbitrary: record({ do: fc.constant("set field" as const), key, field: fc.constant(one), value }),
  }));
  const declare = record({ do: fc.constant("declare" as const), name, key, fields });
  const edit: fc.Arbitrary<Edit> = fc.oneof(
    { weight: 5, arbitrary: declare },
    ...setField,
    { weight: 5, arbitrary: record({ do: fc.constant("drop field"), key, field }) },
    { weight: 2, arbitrary: record({ do: fc.constant("rename"), from: single, to: single, alias: fc.boolean() }) },
    { weight: 1, arbitrary: record({ do: fc.constant("rename"), from: set, to: set, alias: fc.boolean() }) },
    { weight: 3, arbitrary: record({ do: fc.constant("re-key"), key, to: key }) },
    { weight: 6, arbitrary: record({ do: fc.constant("swap"), key, with: key }) },
    {
      weight: 8,
      arbitrary: record({
        do: fc.constant("move"),
        key,
        to: fc.oneof({ weight: 2, arbitrary: set }, { weight: 1, arbitrary: single }),
      }),
    },
    { weight: 2, arbitrary: record({ do: fc.constant("remove"), name }) },
    { weight: 3, arbitrary: record({ do: fc.constant("leave"), key }) },
    {
      weight: 6,
      arbitrary: record({
        do: fc.constant("option"),
        name,
        option: fc.constantFrom(
          "protect",
          "retainOnDelete",
          "keepsUndeclared",
          "ownProvider",
          "ownProvider",
          "elsewhere",
          "elsewhere",
        ),
        on: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: record({
        do: fc.constant("ignore"),
        name: single,
        field: fc.constantFrom(...ignorable),
        on: fc.boolean(),
      }),
    },
  );
  /** Others write in both accounts. */
  const foreignKey = fc.oneof(
    { weight: 3, arbitrary: key },
    { weight: 1, arbitrary: key.map((one) => keyIn({ isElsewhere: true, kind }, one)) },
  );
  const foreignWrite = record({ do: fc.constant("foreign write" as const), key: foreignKey, fields: nullable });
  const foreignCreation = record({
    do: fc.constant("foreign re-creation" as const),
    key: foreignKey,
    fields: nullable,
  });
  const foreign: fc.Arbitrary<ForeignChange> = fc.oneof(
    { weight: 3, arbitrary: foreignWrite },
    {
      weight: 3,
      arbitrary: record({
        do: fc.constant("foreign entry"),
        key: foreignKey,
        name: fc.constantFrom("crm", "plan"),
        value: fc.constantFrom("x", "y"),
      }),
    },
    { weight: 1, arbitrary: record({ do: fc.constant("foreign delete"), key: foreignKey }) },
    { weight: 1, arbitrary: foreignCreation },
  );
  const change = fc.oneof(...setField);
  const foreignWhole = fc.oneof({ weight: 2, arbitrary: foreignWrite }, { weight: 1, arbitrary: foreignCreation });
  return { key, name, set, declare, change, edit, foreign, foreignWhole, foreignKey };
}

type Steps = ReturnType<typeof stepsOf>;

/** Nothing so many times as often as something. */
function rarely<T>(arbitrary: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

const at = fc.nat({ max: 5 });

function troubleOf(name: fc.Arbitrary<string>, change: fc.Arbitrary<ForeignChange>): fc.Arbitrary<Trouble> {
  return fc.oneof(
    record({
      kind: fc.constant("hiccup"),
      at,
      fault: fc.constantFrom("503", "429", "before", "after", "truncated"),
    }),
    record({
      kind: fc.constant("outage"),
      at,
      status: fc.constantFrom(401, 403, 500, 503),
      applied: fc.boolean(),
    }),
    record({ kind: fc.constant("refusal"), at, status: fc.constantFrom(400, 409) }),
    record({ kind: fc.constant("refused deletion"), at: fc.nat({ max: 2 }) }),
    record({ kind: fc.constant("throw"), at: fc.nat({ max: 3 }) }),
    record({ kind: fc.constant("replace"), name }),
    record({ kind: fc.constant("kill"), at, applied: fc.boolean() }),
    record({ kind: fc.constant("cancel"), at }),
    record({ kind: fc.constant("writer"), at, change }),
    record({ kind: fc.constant("hook"), displayName: fc.constant("Hooked") }),
  );
}

const order = fc.constantFrom<Order[]>("together", "late", "late reversed", "reversed");

function upOf(change: fc.Arbitrary<ForeignChange>, trouble: fc.Arbitrary<Trouble>): fc.Arbitrary<Up> {
  return record({
    do: fc.constant("up"),
    refresh: fc.boolean(),
    order,
    meanwhile: rarely(change, 6),
    trouble: rarely(trouble, 1),
    mend: fc.boolean(),
  });
}

/** A run in which nothing goes wrong. */
const calmUp: fc.Arbitrary<Up> = record({
  do: fc.constant("up"),
  refresh: fc.boolean(),
  order,
  mend: fc.constant(false),
});

/** How long a life is, and what of it there may be. */
export interface LifeOptions {
  readonly length: number;
  readonly editsPerUp: number;
  readonly subjectHook: boolean;
  /** Without it, there are subjects alone. */
  readonly withCustomers: boolean;
}

/** The life of a stack: a first program, then edits of it and changes by others, and among them runs. */
export function lifeOf({ length, editsPerUp, subjectHook, withCustomers }: LifeOptions): fc.Arbitrary<Step[]> {
  const subjects = stepsOf("subject", subjectValues(subjectHook));
  const customers = stepsOf("customer", customerValues);
  const all = withCustomers ? [subjects, customers] : [subjects];
  const attribution: fc.Arbitrary<Edit> = fc.oneof(
    record({ do: fc.constant("give"), subjectKey: fc.constantFrom(...keys), key: customers.key }),
    record({ do: fc.constant("exchange"), key: customers.key, with: customers.key }),
  );
  const subscription: fc.Arbitrary<ForeignChange> = record({
    do: fc.constant("foreign subscription"),
    key: customers.foreignKey,
    isActive: fc.boolean(),
  });
  const declare = fc.oneof(...all.map((kind) => kind.declare));
  const edit = fc.oneof(...all.map((kind) => kind.edit), ...(withCustomers ? [attribution] : []));
  const change = fc.oneof(
    ...all.map((kind) => ({ weight: 4, arbitrary: kind.foreign })),
    ...(withCustomers ? [{ weight: 1, arbitrary: subscription }] : []),
  );
  const companion = fc.oneof(...all.map((kind) => kind.set.map(companionOf)));
  const up = upOf(change, troubleOf(fc.oneof(...all.map((kind) => kind.name), companion), change));
  const step = fc.oneof(
    { weight: 2 * editsPerUp, arbitrary: edit },
    { weight: editsPerUp, arbitrary: change },
    { weight: 4, arbitrary: up },
    { weight: 1, arbitrary: record<Forget>({ do: fc.constant("forget"), name: companion }) },
  );
  const first = fc.array(declare, { maxLength: 10, size: "max" });
  const rest = fc.array(step, { maxLength: length, size: "max" });
  if (!withCustomers) {
    return fc.tuple(first, up, rest).map(([declared, run, later]) => [...declared, run, ...later]);
  }
  const meeting = meetingOf(subjects, customers);
  return fc
    .tuple(meeting, first, calmUp, rest)
    .chain(([one, declared, run, later]) =>
      turnsOf(one, up).map((turns) => [...opening(one), ...declared, run, ...turns, ...later]),
    );
}

/** A subject and two customers, which come to have subject keys by what then happens. */
function meetingOf(subjects: Steps, customers: Steps): fc.Arbitrary<Meeting> {
  const customer = customers.declare.map(({ fields: { subjectKeys: _none, ...fields }, ...rest }) => ({
    ...rest,
    fields,
  }));
  const two = fc.shuffledSubarray([...keys], { minLength: 2, maxLength: 2 });
  return fc
    .tuple(
      record({
        subject: subjects.declare,
        giver: customer,
        taker: customer,
        foreign: customers.foreignWhole,
        change: customers.change,
      }),
      two,
    )
    .map(([meeting, [own = "", other = ""]]) => ({
      ...meeting,
      giver: { ...meeting.giver, key: keyBeside(meeting.giver.key, "customer", own) },
      taker: { ...meeting.taker, key: keyBeside(meeting.taker.key, "customer", other) },
    }));
}
