/** Keys, counts and values as messages show them. */
import { printable, quoted } from "../printable";

/** `10,000`, whatever the machine's locale. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** A key in a message. */
export function namedKey(key: string, isSecret: boolean): string {
  return isSecret ? "[secret]" : quoted(key);
}

/** Several keys in a message, the first few of them by name: `"a", "b" and 3 more`. */
export function namedKeys(keys: readonly string[], most: number, areSecret: boolean): string {
  return areSecret ? `${formatCount(keys.length)} (their keys are secret)` : firstFew(keys, most, (key) => quoted(key));
}

/** The first few in words, and how many there are besides. */
export function firstFew<T>(all: readonly T[], most: number, inWords: (one: T) => string): string {
  const some = all.slice(0, most).map(inWords).join(", ");
  return all.length > most ? `${some} and ${formatCount(all.length - most)} more` : some;
}

/** A resource of the program as messages name it, from its URN: `Subject "acme"`. */
export function resourceName(urn: string): string {
  const [, , types, ...name] = urn.split("::");
  return `${String(types).split(":").at(-1)} ${quoted(name.join("::"))}`;
}

/** The name of a resource of the program, for the beginning of a line. */
export function shortName(urn: string): string {
  return printable(urn.split("::").slice(3).join("::"));
}
