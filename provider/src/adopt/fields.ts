/** The fields that a program may own, and those that `--fields` names. Pure. */
import { own } from "../json";
import { notAmong } from "../printable";
import { kindsOf, type Source } from "./adoptable";
import { CommandFailure } from "./command-failure";
import { fieldsFromSubjects } from "./from-subjects";

/** Names of the fields that a program of this source can own, and of those among them that lists do not have. */
export function namesOfFields(source: Source): {
  readonly all: readonly string[];
  readonly unlisted: readonly string[];
} {
  const { kind, unlisted } = kindsOf[source].declared;
  return source === "from-subjects"
    ? { all: fieldsFromSubjects, unlisted: [] }
    : { all: Object.keys(kind.fields), unlisted };
}

/**
 * Reads `--fields`.
 *
 * @param list what it names; absent: all fields that cost nothing besides the list of the account
 */
export function readFields(list: string | undefined, source: Source): readonly string[] {
  const { all, unlisted } = namesOfFields(source);
  if (list === undefined) {
    return all.filter((field) => !unlisted.includes(field));
  }
  const names = list === "none" ? [] : list.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    const problem = notAmong(unknown, all, { one: "a field", all: "fields" });
    throw new CommandFailure(`--fields: ${JSON.stringify(unknown)} ${problem}${hintAt(unknown, source)}`);
  }
  return all.filter((field) => names.includes(field));
}

/** What was meant by the name of a field of the other kind. */
function hintAt(name: string, source: Source): string {
  const { fields, attribution } = kindsOf.customers.declared.kind;
  const { sameFields = {} } = attribution ?? {};
  if (source !== "subjects") {
    const [same] = Object.entries(sameFields).find(([, ofSubject]) => ofSubject === name) ?? [];
    return same === undefined ? "" : `. Customers call it ${same}`;
  }
  return own(fields, name) === undefined ? "" : `. It is a field of customers: add --customers`;
}
