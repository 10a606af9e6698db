/** A kind of resources as any host of Pulumi asks for it, in plain values. */
import { type Marks, marksProperty } from "../contract";
import type { State } from "../core/declaration";
import { formatPath, isPlainObject, type Problem, problemText } from "../json";

/** Properties of a resource by name. What is unknown is the symbol of core/unknown.ts, at any depth. */
export type Properties = Readonly<Record<string, unknown>>;

/** A value that the engine is to take for a secret, where it does not by itself. */
export class Secret {
  constructor(readonly value: unknown) {}
}

/** A failure of a check. */
export interface CheckFailure {
  /** Empty where the engine would show a value that it must not. */
  readonly property: string;
  readonly reason: string;
}

/** Pulumi's operations on one type of resources. Errors are `Failure`s; a `PartialFailure` where the resource exists all the same. */
export interface ResourceOperations {
  /** @param olds inputs of the state; empty where there are none */
  check(olds: Properties, news: Properties): Promise<{ inputs: Properties; failures: readonly CheckFailure[] }>;
  diff(id: string, olds: Properties, news: Properties): Promise<{ changes: boolean; replaces: readonly string[] }>;
  create(news: Properties): Promise<{ id: string; outputs: Properties }>;
  update(id: string, olds: Properties, news: Properties): Promise<Properties>;
  /** Without inputs the engine keeps those of the state. `undefined` when the resource is gone. */
  read(id: string, olds: Properties): Promise<{ id: string; outputs: Properties; inputs?: Properties } | undefined>;
  delete(id: string, olds: Properties): Promise<void>;
  /** The state that a partial failure of an operation with these inputs leaves, in the forms that it may take: the first whose properties are small enough is kept. Absent where none fails so. */
  partial?(failed: { state: State; inputs: Properties }): { id: string; forms: readonly (() => Properties)[] };
}

/** The marks among properties, as the program side or the state has them. */
export function marksOf(properties: Properties): Partial<Marks> {
  const marks = properties[marksProperty];
  return isPlainObject(marks) ? (marks as Partial<Marks>) : {};
}

/** Whether a resource has another `Provider` than before, or has one where it had none, or the reverse. */
export function hasOtherProvider(olds: Properties, news: Properties): boolean {
  return marksOf(olds).provider !== marksOf(news).provider;
}

/**
 * Problems as failures of a check. To a failure that names a property the engine adds its value, in plain text even if it is
 * secret, and whole even if it is three megabytes long; so such a property is named by the reason alone.
 */
export function failuresOf(problems: readonly Problem[], isShown: (property: string) => boolean): CheckFailure[] {
  return problems.map((problem) => ({
    property: isShown(String(problem.path[0])) ? formatPath(problem.path) : "",
    reason: problemText(problem),
  }));
}

/** A value that is made when it is first asked for. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
