import type { Customers } from "./customers/customers";
import type { Target } from "./path";
import type { SubjectStore } from "./store";

/** The key of the subject or customer that a path addresses, by its key or by its id. `undefined` for a path of all. */
export function addressedKey(
  target: Target,
  { subjects, customers }: { readonly subjects: SubjectStore; readonly customers: Customers },
): string | undefined {
  if (!("idOrKey" in target)) {
    return undefined;
  }
  const { idOrKey } = target;
  return (target.kind === "subject" ? subjects : customers).getById(idOrKey)?.key ?? idOrKey;
}
