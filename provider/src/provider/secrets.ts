/** Which texts of a declaration a server may not be quoted with. */
import { textsIn } from "../openmeter/redactor";
import type { Declaration } from "./declaration";
import type { SetDeclaration } from "./set/declaration";

/** The texts in the secret fields of a subject. */
export function* secretTexts(declaration: Declaration): Generator<string> {
  const fields: Readonly<Record<string, unknown>> = { ...declaration };
  for (const field of declaration.secretFields ?? []) yield* textsIn(fields[field]);
}

/** The same for a set: which of its values are secret is not known, so all of them count; its keys only where they are. */
export function* secretTextsOfSet({ subjects, secret, secretKeys }: SetDeclaration): Generator<string> {
  if (secretKeys === true) yield* subjects.keys();
  if (secret) for (const fields of subjects.values()) yield* textsIn(fields);
}
