import { valuesIn } from "../json";

/** Stands for a value that is not known before other resources exist; only ever met in a preview. */
export const unknown: unique symbol = Symbol("unknown");

/** A value, or the promise of one in a preview. */
export type Previewed<T> = T | typeof unknown;

/** Whether a value itself is not known yet. */
export function isUnknown(value: unknown): value is typeof unknown {
  return value === unknown;
}

/** Whether any part of a value is not known yet. */
export function holdsUnknown(value: unknown): boolean {
  return isUnknown(value) || valuesIn(value).some(holdsUnknown);
}
