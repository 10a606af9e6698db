/** Which texts of a declaration a server may not be quoted with. */
import { textsIn } from "../openmeter/redactor";
import type { Declaration } from "./declaration";
import type { SetDeclaration } from "./set/declaration";

/** The texts in the secret fields of a subject. */
export function* secretTexts(declaration: Declaration): Generator<string> {
  const fields: Readonly<Record<string, unknown>> = { ...declaration };
  // Stryker disable next-line ArrayDeclaration: whatever else it names is no field
  for (const field of declaration.secretFields ?? []) yield* textsIn(fields[field]);
}

/** The same for a secret set: which of its values are secret is not known, so all count; its keys only where they are. */
export function* secretTextsOfSet({ subjects, secretKeys }: SetDeclaration): Generator<string> {
  if (secretKeys === true) yield* subjects.keys();
  for (const fields of subjects.values()) yield* textsIn(fields);
}
