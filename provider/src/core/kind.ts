/** What the core has to know of a kind of objects: a table of its fields, and words. Free of packages: programs load it too. */
import type { JsonValue, Problem } from "../json";

/**
 * Why a value may not be declared, by the paths in it; empty where it may be.
 *
 * @param isDeferred recognizes what is not known yet, and passes wherever it stands
 */
export type Rule = (value: unknown, isDeferred: (value: unknown) => boolean) => readonly Problem[];

/** One field of a kind: a row of its table, from which check, request, answer, equality and outputs follow. */
export interface Field {
  readonly declared: Rule;
  /** Whether the server may answer this. */
  readonly answered: (value: unknown) => value is JsonValue;
  /** What it reads back as when it has no value; absent: it is absent then. */
  readonly empty?: JsonValue;
  /** Whether it is a map, which may have entries of several writers: an update changes only its own. */
  readonly isMap?: true;
  /** Whether the order of its items does not matter. */
  readonly isUnordered?: true;
  /** Why it cannot be cleared once it has a value. */
  readonly cannotClear?: string;
  /** What an object has that the program gives none: a new one, and one that is declared with it no more. */
  readonly standard?: (key: string) => JsonValue;
  /** What to know of a value that may be declared; `undefined` where there is nothing. */
  readonly warning?: (value: unknown) => string | undefined;
}

/** How objects of a kind get the usage of objects of another one: by naming their keys. */
export interface Attribution {
  /** The kind of those that are named: `subject`. */
  readonly kind: string;
  /** The field that holds their keys. An object names the one of its own key, too. */
  readonly field: string;
  /** Fields that say the same in both kinds, by their names in this kind: OpenMeter may carry them over. */
  readonly sameFields: Readonly<Record<string, string>>;
}

/** A kind of objects. */
export interface Kind {
  /** As messages and hashes name it: `subject`. */
  readonly name: string;
  /** The input of a set that holds its objects, and the outputs with the server's ids of one and of many. */
  readonly names: { readonly objects: string; readonly id: string; readonly ids: string };
  readonly key: Rule;
  readonly fields: Readonly<Record<string, Field>>;
  /** Whether a write replaces the whole object, so that its port reads it right before. */
  readonly replacesWhole?: true;
  /** Why an object keeps its key, and a resource its object: then its ID is that of the record. Absent: the ID is the key. */
  readonly cannotChangeKey?: string;
  readonly attribution?: Attribution;
  /** Whether the server has made an object of these fields by itself, for one that gets its usage, and nobody has written it since. */
  readonly isProvisioned?: (fields: Readonly<Record<string, JsonValue>>) => boolean;
}
