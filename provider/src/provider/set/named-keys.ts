import { quote } from "../../openmeter/text";

/** `10,000`, whatever the machine's locale. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** A key in a message. */
export function namedKey(key: string, secretKeys = false): string {
  return secretKeys ? "[secret]" : quote(key);
}

/** Several keys in a message, the first few of them by name: `"a", "b" and 3 more`. */
export function namedKeys(keys: readonly string[], most: number, secretKeys = false): string {
  return secretKeys ? "their keys are secret" : firstFew(keys, most, (key) => namedKey(key));
}

/** The first few in words, and how many there are besides. */
export function firstFew<T>(all: readonly T[], most: number, inWords: (one: T) => string): string {
  const some = all.slice(0, most).map(inWords).join(", ");
  return all.length > most ? `${some} and ${formatCount(all.length - most)} more` : some;
}
