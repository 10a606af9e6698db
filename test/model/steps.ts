/** What may happen in the life of a stack, as data that fast-check can make, shrink and print. */
import fc from "fast-check";
import type { JsonObject } from "openmeter-emulator";
import type { Edit } from "./edit";
import { companionOf, type Fields, fieldNames, setNames, subjectNames } from "./program";
import { keyIn } from "./servers";

/** Something that others do at the server. */
export type ForeignChange =
  | { readonly do: "foreign write"; readonly key: string; readonly fields: Nullable }
  | { readonly do: "foreign entry"; readonly key: string; readonly name: string; readonly value: string }
  | { readonly do: "foreign delete"; readonly key: string }
  | { readonly do: "foreign re-creation"; readonly key: string; readonly fields: Nullable };

type Nullable = { readonly [Name in keyof Fields]: Fields[Name] | null };

/** What goes wrong in a run, at a request of it that is counted from 0. */
export type Trouble =
  /** The provider is expected to get over it by itself. */
  | { readonly kind: "hiccup"; readonly at: number; readonly fault: "503" | "429" | "before" | "after" | "truncated" }
  /** From this request on the server refuses everything. */
  | { readonly kind: "outage"; readonly at: number; readonly status: 401 | 403 | 500 | 503; readonly applied: boolean }
  /** The server refuses one request for good. */
  | { readonly kind: "refusal"; readonly at: number; readonly status: 400 | 409 }
  /** The server refuses one deletion. */
  | { readonly kind: "refused deletion"; readonly at: number }
  /** The provider is killed. */
  | { readonly kind: "kill"; readonly at: number; readonly applied: boolean }
  /** Ctrl-C: what has begun ends, and nothing else begins. */
  | { readonly kind: "cancel"; readonly at: number }
  /** Somebody writes between two requests. */
  | { readonly kind: "writer"; readonly at: number; readonly change: ForeignChange }
  /** The program throws when it has registered so many resources. */
  | { readonly kind: "throw"; readonly at: number }
  /** A resource is replaced though nothing asks for it: no trouble for a provider that can cope with it. */
  | { readonly kind: "replace"; readonly name: string }
  /** A hook of the server's stores another display name than it is sent. */
  | { readonly kind: "hook"; readonly displayName: string };

/**
 * How a program registers its resources, and how the engine carries them out: each only when those before it are done, or
 * all at first and then together or one by one.
 */
export type Order = "late" | "late reversed" | "together" | "reversed";

export interface Up {
  readonly do: "up";
  readonly refresh: boolean;
  readonly order: Order;
  /** What others do between the preview and the run. */
  readonly meanwhile?: ForeignChange | undefined;
  readonly trouble?: Trouble | undefined;
  /** Whether a run that brings the stack in order follows the trouble at once. */
  readonly mend: boolean;
}

/** Somebody cuts a companion out of the state. */
interface Forget {
  readonly do: "forget";
  readonly name: string;
}

export type Step = Edit | ForeignChange | Forget | Up;

/** Objects that print as they are written. */
function record<T>(members: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<T> {
  return fc.record(members, { noNullPrototype: true }) as fc.Arbitrary<T>; // without optional keys it makes all of T
}

/** Few of each, so that steps meet each other; keys that are hard to spell in a path among them. */
const key = fc.constantFrom("a", "b", "c/d", "p%2Fq", "é ?");
const subjectName = fc.constantFrom(...subjectNames);
const setName = fc.constantFrom(...setNames);
const name = fc.oneof(subjectName, setName);
const field = fc.constantFrom(...fieldNames);

const displayName = fc.constantFrom("Acme", "Globex", "", "2024-01-31T10:00:00Z");
const stripeCustomerId = fc.constantFrom("cus_1", "cus_2");
const metadata: fc.Arbitrary<JsonObject> = fc.constantFrom<JsonObject[]>(
  {},
  { plan: "pro" },
  { plan: "free", seats: 3 },
  { seats: 3, plan: "free", nested: { deep: [1, null, { x: "y" }] } },
  { nested: { deep: [1, null, { x: "z" }] } },
  { constructor: "2024-01-31T10:00:00Z" },
);
const fields: fc.Arbitrary<Fields> = fc.record(
  { displayName, metadata, stripeCustomerId },
  { requiredKeys: [], noNullPrototype: true },
);
const nullable = fc.record(
  {
    displayName: fc.option(displayName),
    metadata: fc.option(metadata),
    stripeCustomerId: fc.option(stripeCustomerId),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const declare = record({ do: fc.constant("declare" as const), name, key, fields });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 5, arbitrary: declare },
  {
    weight: 2,
    arbitrary: record({ do: fc.constant("set field"), key, field: fc.constant("displayName"), value: displayName }),
  },
  {
    weight: 2,
    arbitrary: record({ do: fc.constant("set field"), key, field: fc.constant("metadata"), value: metadata }),
  },
  {
    weight: 2,
    arbitrary: record({
      do: fc.constant("set field"),
      key,
      field: fc.constant("stripeCustomerId"),
      value: stripeCustomerId,
    }),
  },
  { weight: 5, arbitrary: record({ do: fc.constant("drop field"), key, field }) },
  {
    weight: 2,
    arbitrary: record({ do: fc.constant("rename"), from: subjectName, to: subjectName, alias: fc.boolean() }),
  },
  { weight: 1, arbitrary: record({ do: fc.constant("rename"), from: setName, to: setName, alias: fc.boolean() }) },
  { weight: 3, arbitrary: record({ do: fc.constant("re-key"), key, to: key }) },
  { weight: 6, arbitrary: record({ do: fc.constant("swap"), key, with: key }) },
  {
    weight: 8,
    arbitrary: record({
      do: fc.constant("move"),
      key,
      to: fc.oneof({ weight: 2, arbitrary: setName }, { weight: 1, arbitrary: subjectName }),
    }),
  },
  { weight: 2, arbitrary: record({ do: fc.constant("remove"), name }) },
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
  { weight: 1, arbitrary: record({ do: fc.constant("ignore"), name: subjectName, field, on: fc.boolean() }) },
);

/** Others write in both accounts. */
const foreignKey = fc.oneof(
  { weight: 3, arbitrary: key },
  { weight: 1, arbitrary: key.map((one) => keyIn(true, one)) },
);
const foreignChange: fc.Arbitrary<ForeignChange> = fc.oneof(
  { weight: 3, arbitrary: record({ do: fc.constant("foreign write"), key: foreignKey, fields: nullable }) },
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
  { weight: 1, arbitrary: record({ do: fc.constant("foreign re-creation"), key: foreignKey, fields: nullable }) },
);

const at = fc.nat({ max: 5 });
const trouble: fc.Arbitrary<Trouble> = fc.oneof(
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
  record({ kind: fc.constant("replace"), name: fc.oneof(name, setName.map(companionOf)) }),
  record({ kind: fc.constant("kill"), at, applied: fc.boolean() }),
  record({ kind: fc.constant("cancel"), at }),
  record({ kind: fc.constant("writer"), at, change: foreignChange }),
  record({ kind: fc.constant("hook"), displayName: fc.constant("Hooked") }),
);

/** Nothing so many times as often as something. */
function rarely<T>(arbitrary: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

const up: fc.Arbitrary<Up> = record({
  do: fc.constant("up"),
  refresh: fc.boolean(),
  order: fc.constantFrom("together", "late", "late reversed", "reversed"),
  meanwhile: rarely(foreignChange, 6),
  trouble: rarely(trouble, 1),
  mend: fc.boolean(),
});

const forget: fc.Arbitrary<Forget> = record({ do: fc.constant("forget"), name: setName.map(companionOf) });

/** The life of a stack: a first program, then edits of it and changes by others, and among them runs. */
export function lifeOf({ length, editsPerUp }: { length: number; editsPerUp: number }): fc.Arbitrary<Step[]> {
  const step = fc.oneof(
    { weight: 2 * editsPerUp, arbitrary: edit },
    { weight: editsPerUp, arbitrary: foreignChange },
    { weight: 4, arbitrary: up },
    { weight: 1, arbitrary: forget },
  );
  return fc
    .tuple(fc.array(declare, { maxLength: 10, size: "max" }), up, fc.array(step, { maxLength: length, size: "max" }))
    .map(([first, run, rest]) => [...first, run, ...rest]);
}
