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
  if (secretKeys) return "their keys are secret";
  const more = keys.length > most ? ` and ${formatCount(keys.length - most)} more` : "";
  return `${keys
    .slice(0, most)
    .map((key) => quote(key))
    .join(", ")}${more}`;
}
