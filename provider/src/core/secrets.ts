/** Which texts of a declaration a server may not be quoted with. */
import { valuesIn } from "../json";
import type { Declaration } from "./declaration";
import type { Surroundings } from "./surroundings";

/** The texts in the secret fields of each object, and its key where that may be secret. */
function* secretTexts({ objects, secretFields, secretKeys }: Declaration): Generator<string> {
  for (const [key, fields] of objects) {
    if (secretKeys) {
      yield key;
    }
    for (const field of secretFields) {
      yield* textsIn(fields[field]);
    }
  }
}

/** Nothing that the server says from now on is shown with the secrets of these in it. */
export function conceal({ connect }: Pick<Surroundings, "connect">, ...declarations: readonly Declaration[]): void {
  for (const declaration of declarations) {
    // The others hide nothing, and are not to be held in memory.
    if (declaration.secretKeys || declaration.secretFields.length > 0) {
      connect().redactor.conceal(() => secretTexts(declaration));
    }
  }
}

/** The texts in a value: strings and numbers at any depth. */
export function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") {
    yield value;
  } else if (typeof value === "number") {
    yield String(value);
  }
  for (const item of valuesIn(value)) {
    yield* textsIn(item);
  }
}
