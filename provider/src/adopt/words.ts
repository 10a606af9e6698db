/** What the command says at its end. Pure. */
import { formatCount } from "../core/words";
import { counted, kindsOf, type Source } from "./adoptable";

/**
 * The result of a check: `all 300 subjects of http://localhost:8888 are declared by a stack`, `2 of 300 subjects of … are declared by
 * no stack`, `2 of 300 subjects of … have no customer`.
 */
export function checkedInWords(
  source: Source,
  { missing, of, baseUrl }: { readonly missing: number; readonly of: number; readonly baseUrl: string },
): string {
  const { kind } = kindsOf[source].found;
  const count = missing > 0 ? missing : of;
  const verb = source === "from-subjects" ? (count === 1 ? "has" : "have") : count === 1 ? "is" : "are";
  const [some, none] =
    source === "from-subjects" ? ["a customer", "no customer"] : ["declared by a stack", "declared by no stack"];
  if (missing > 0) {
    return `${formatCount(missing)} of ${counted(of, kind)} of ${baseUrl} ${verb} ${none}`;
  }
  if (of === 0) {
    return `there are no ${kind.names.objects} of ${baseUrl} to check`;
  }
  const all = of === 1 ? `the only ${kind.name}` : `all ${counted(of, kind)}`;
  return `${all} of ${baseUrl} ${verb} ${some}`;
}

/** Why no program was written. */
export function whyNothing(
  source: Source,
  { all, meant, baseUrl }: { readonly all: number; readonly meant: number; readonly baseUrl: string },
): string {
  const { kind } = kindsOf[source].found;
  if (all === 0) {
    return `${baseUrl} has no ${kind.names.objects}${source === "customers" ? " that have a key" : ""}`;
  }
  return meant === 0
    ? `${baseUrl} has ${counted(all, kind)}, and none matches --prefix and --match`
    : `of the ${counted(meant, kind)} of ${baseUrl} that match, none is left to declare`;
}
