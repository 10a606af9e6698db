import { isJsonObject, type JsonObject, type SubjectUpsert } from "./subject";

/**
 * An item as the server's handler has it. It reads the item twice: with Go's decoder, which takes field names in any case, for
 * the values, and as a plain object to see which fields an update is to change.
 */
export interface DecodedItem extends SubjectUpsert {
  /** Fields whose names are spelled in another case: they count only when the item creates its subject. */
  readonly whenCreated?: Omit<SubjectUpsert, "key">;
}

interface Values {
  key: string;
  displayName?: string | null;
  metadata?: JsonObject | null;
  stripeCustomerId?: string | null;
}

const names = ["displayName", "metadata", "stripeCustomerId"] as const;

/** Decodes an item that the schema has let pass; `undefined` where Go's decoder fails. */
export function decodeItem(item: JsonObject): DecodedItem | undefined {
  const values: Values = { key: "" };
  for (const [name, value] of Object.entries(item)) {
    if (!take(values, folded(name), value)) {
      return undefined;
    }
  }
  const { key, ...fields } = values;
  const respelled = names.filter((name) => Object.hasOwn(fields, name) && !Object.hasOwn(item, name));
  if (respelled.length === 0) {
    return values;
  }
  const [whenCreated, always] = [true, false].map((wanted) =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => respelled.some((one) => one === name) === wanted)),
  );
  return { key, ...always, ...(whenCreated !== undefined && { whenCreated }) };
}

/** Sets the field that goes by this name, if one does; tells whether the value is of its type. */
function take(values: Values, name: string, value: JsonObject[string]): boolean {
  switch (name) {
    case "key":
      values.key = typeof value === "string" ? value : values.key;
      return value === null || typeof value === "string";
    case "displayname":
    case "stripecustomerid":
      if (value !== null && typeof value !== "string") {
        return false;
      }
      values[name === "displayname" ? "displayName" : "stripeCustomerId"] = value;
      return true;
    case "metadata":
      if (value !== null && !isJsonObject(value)) {
        return false;
      }
      // Into a map that is there already, Go decodes entry by entry.
      values.metadata = value === null || !values.metadata ? value : merged(values.metadata, value);
      return true;
    case "currentperiodstart":
    case "currentperiodend":
      return value === null || (typeof value === "string" && isTime(value));
    default:
      return true;
  }
}

/** Go compares names by Unicode's simple folding, which has two more characters for the letters in question (one of them JavaScript lowers by itself). */
export function folded(name: string): string {
  return name.replaceAll("\u017F", "s").toLowerCase();
}

function merged(before: JsonObject, after: JsonObject): JsonObject {
  // fromEntries defines own properties, so that a name like __proto__ stays an ordinary one.
  return Object.fromEntries([...Object.entries(before), ...Object.entries(after)]);
}

/** The schema's pattern for a `date-time`. */
export const DATE_TIME =
  /^[0-9]{4}-(0[1-9]|10|11|12)-(0[1-9]|[12][0-9]|3[01])T([0-1][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?(Z|(\+|-)[0-9]{2}:[0-9]{2})$/;

/** Whether Go parses it: the day is one of its month, there are no leap seconds, and offsets have their limits. */
function isTime(text: string): boolean {
  if (!DATE_TIME.test(text)) {
    return false;
  }
  const [year, month, day] = text.slice(0, 10).split("-").map(Number);
  const [hours, minutes] = (/[+-](\d\d):(\d\d)$/.exec(text.slice(19))?.slice(1) ?? ["0", "0"]).map(Number);
  return (
    (day ?? 0) <= daysIn(year ?? 0, month ?? 0) &&
    text.slice(17, 19) !== "60" &&
    (hours ?? 0) <= 24 &&
    (minutes ?? 0) <= 60
  );
}

function daysIn(year: number, month: number): number {
  if (month === 2) {
    return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  }
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
