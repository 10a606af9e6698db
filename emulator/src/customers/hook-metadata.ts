import { isJsonObject, type JsonObject, type JsonValue } from "../subject";
import { byBytes } from "../text";

/** A subject's metadata as the server makes a customer's of it: text, and two levels of it at most. What is empty is left out. */
export function customerMetadata(metadata: JsonObject): Record<string, string> {
  const entries = Object.entries(metadata).map(([name, value]) => [name, asText(value, 0)] as const);
  return Object.fromEntries(entries.filter(([, text]) => text !== ""));
}

function asText(value: JsonValue, depth: number): string {
  if (value === null || depth > 1) {
    return "";
  }
  if (typeof value === "number") {
    return plainNumber(value);
  }
  if (Array.isArray(value)) {
    return value
      .map((item) => asText(item, depth + 1))
      .filter((text) => text !== "")
      .map((text) => `"${text}"`)
      .join(",");
  }
  if (isJsonObject(value)) {
    return Object.entries(value)
      .map(([name, member]) => [name, asText(member, depth + 1)])
      .filter(([, text]) => text !== "")
      .map(([name, text]) => `"${name}"="${text}"`)
      .sort(byBytes)
      .join(",");
  }
  return String(value);
}

/** The shortest decimal that reads back the same, without an exponent. */
function plainNumber(value: number): string {
  if (Object.is(value, -0)) {
    return "-0";
  }
  const [mantissa = "", exponent] = String(value).split("e");
  if (exponent === undefined) {
    return mantissa;
  }
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const shift = Number(exponent);
  return shift > 0
    ? `${sign}${whole}${fraction.padEnd(shift, "0")}`
    : `${sign}0.${"0".repeat(-shift - whole.length)}${whole}${fraction}`;
}
