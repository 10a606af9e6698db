import { type Answer, problem } from "../answer";
import type { ApiCall } from "../call";
import { folded } from "../decoded-item";
import {
  type Check,
  checkObject,
  type Fields,
  filledText,
  listOf,
  nullable,
  text,
  textWithin,
  wrongType,
} from "../field-check";
import { readJson, refuseMismatch } from "../json-body";
import { isJsonObject, type JsonObject, type JsonValue } from "../subject";
import { byBytes, wellFormed } from "../text";
import { type Address, addressFields, type CustomerInput } from "./customer";

/**
 * The customer that a POST or PUT sends, as the server's handler has it, or the answer that refuses the request: JSON first,
 * then the OpenAPI schema, then what Go cannot decode.
 */
export function readCustomer(
  call: ApiCall,
  schema: "CustomerCreate" | "CustomerReplaceUpdate",
): { readonly input: CustomerInput } | { readonly refusal: Answer } {
  const body = readJson(call);
  if ("refusal" in body) {
    return body;
  }
  const found = checkObject(body.value, FIELDS, ["name"]);
  if (found !== undefined || !isJsonObject(body.value)) {
    return refuseMismatch(found ?? { path: "", reason: wrongType(body.value, "an object") }, schema);
  }
  const input = decodeCustomer(body.value);
  return input === undefined ? { refusal: problem(500) } : { input };
}

/** A check of a schema that is put together of others. */
function composed(check: Check): Check {
  return (value) => {
    const found = check(value);
    return found && { ...found, detached: true };
  };
}

const metadata: Check = (value) => {
  if (!isJsonObject(value)) {
    return { path: "", reason: wrongType(value, "an object") };
  }
  for (const name of Object.keys(value).sort(byBytes)) {
    const found = text(value[name]);
    if (found !== undefined) {
      return { path: `/${wellFormed(name)}`, reason: found.reason };
    }
  }
  return undefined;
};

const country: Check = (value) => {
  const found = textWithin({ min: 2, max: 2, pattern: /^[A-Z]{2}$/ })(value);
  return found && { ...found, reason: `doesn't match schema due to: ${found.reason}` };
};

const ADDRESS: Fields = addressFields.map((name) => [name, name === "country" ? country : text]);

const ATTRIBUTION: Fields = [["subjectKeys", listOf(filledText)]];

/** The fields of the OpenAPI schema in the order of their check. */
const FIELDS: Fields = [
  ["billingAddress", composed((value) => checkObject(value, ADDRESS, []))],
  ["currency", composed(textWithin({ min: 3, max: 3, pattern: /^[A-Z]{3}$/ }))],
  ["description", textWithin({ max: 1024 })],
  ["key", textWithin({ min: 1, max: 256 })],
  ["metadata", composed(nullable(metadata))],
  ["name", textWithin({ min: 1, max: 256 })],
  ["primaryEmail", text],
  ["usageAttribution", composed((value) => checkObject(value, ATTRIBUTION, ["subjectKeys"]))],
];

/** What Go fails on: the value of a field whose name is spelled in another case, which the schema has not seen. */
class Undecodable extends Error {}

function decodeCustomer(body: JsonObject): CustomerInput | undefined {
  const input: { -readonly [Name in keyof CustomerInput]: CustomerInput[Name] } = { name: "" };
  try {
    for (const [name, value] of Object.entries(body)) {
      switch (folded(name)) {
        case "name":
          input.name = decodeText(value) ?? input.name;
          break;
        case "key":
          assign(input, "key", decodeText(value));
          break;
        case "description":
          assign(input, "description", decodeText(value));
          break;
        case "primaryemail":
          assign(input, "primaryEmail", decodeText(value));
          break;
        case "currency":
          assign(input, "currency", decodeText(value));
          break;
        case "metadata":
          assign(input, "metadata", decodeMetadata(value, input.metadata));
          break;
        case "billingaddress":
          assign(input, "billingAddress", decodeAddress(value, input.billingAddress));
          break;
        case "usageattribution":
          assign(input, "usageAttribution", decodeAttribution(value, input.usageAttribution));
          break;
      }
    }
  } catch (error) {
    if (error instanceof Undecodable) {
      return undefined;
    }
    throw error;
  }
  return input;
}

/** Sets an optional field or, where it was null, removes it. */
function assign<Fields extends object, Name extends keyof Fields>(
  fields: Fields,
  name: Name,
  value: Fields[Name] | undefined,
): void {
  if (value === undefined) {
    delete fields[name];
  } else {
    fields[name] = value;
  }
}

function decodeText(value: JsonValue): string | undefined {
  if (value === null) {
    return undefined;
  }
  if (typeof value !== "string") {
    throw new Undecodable();
  }
  return wellFormed(value);
}

function decodeObject(value: JsonValue): [string, JsonValue][] | undefined {
  if (value === null) {
    return undefined;
  }
  if (!isJsonObject(value)) {
    throw new Undecodable();
  }
  return Object.entries(value);
}

/** Into what is there already, Go decodes entry by entry; so it does with the address and the attribution. */
function decodeMetadata(value: JsonValue, before: CustomerInput["metadata"]): CustomerInput["metadata"] {
  const entries = decodeObject(value)?.map(([name, member]) => [wellFormed(name), decodeText(member) ?? ""] as const);
  return entries && Object.fromEntries([...Object.entries(before ?? {}), ...entries]);
}

function decodeAddress(value: JsonValue, before: Address | undefined): Address | undefined {
  const entries = decodeObject(value);
  if (entries === undefined) {
    return undefined;
  }
  const address: { -readonly [Name in keyof Address]: Address[Name] } = { ...before };
  for (const [name, member] of entries) {
    const field = addressFields.find((candidate) => candidate.toLowerCase() === folded(name));
    if (field !== undefined) {
      assign(address, field, decodeText(member));
    }
  }
  return address;
}

function decodeAttribution(
  value: JsonValue,
  before: CustomerInput["usageAttribution"],
): CustomerInput["usageAttribution"] {
  const entries = decodeObject(value);
  if (entries === undefined) {
    return undefined;
  }
  let subjectKeys = before?.subjectKeys ?? [];
  for (const [name, member] of entries) {
    if (folded(name) === "subjectkeys") {
      // Go decodes into the list that is there, where null leaves an element as it is.
      const there = subjectKeys;
      subjectKeys = decodeList(member).map((item, index) => decodeText(item) ?? there[index] ?? "");
    }
  }
  return { subjectKeys };
}

function decodeList(value: JsonValue): JsonValue[] {
  if (value !== null && !Array.isArray(value)) {
    throw new Undecodable();
  }
  return value ?? [];
}
