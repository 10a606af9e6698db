import { RefusedByDatabase, storedIndexedText, storedText } from "../stored-value";
import { byBytes } from "../text";
import { isFiat } from "./currency";
import { type Address, addressFields, type CustomerInput } from "./customer";

/** What is wrong with a customer that the schema lets pass, in the server's words; the first finding alone counts. */
export function mistakeIn({ key, name, currency, usageAttribution }: CustomerInput): string | undefined {
  const subjectKeys = usageAttribution?.subjectKeys ?? [];
  if (key === "") {
    return "validation error: key cannot be empty";
  }
  if (name === "") {
    return "validation error: name is required";
  }
  if (currency !== undefined && !isFiat(currency)) {
    return currencyMistake(currency);
  }
  if (key === undefined && subjectKeys.length === 0) {
    return "validation error: either key or usageAttribution.subjectKeys must be provided";
  }
  if (subjectKeys.includes("")) {
    const each = `validation error: subject key must be at least 1 character: ""`;
    const all = subjectKeys.filter((subjectKey) => subjectKey === "").map(() => each);
    return `validation error: ${all.join("\n")}`;
  }
  return undefined;
}

function currencyMistake(currency: string): string {
  // Only what three bytes long is taken for fiat; the rest is a custom currency, which a customer cannot have.
  return Buffer.byteLength(currency) === 3
    ? `validation error: validation error: invalid fiat currency code: ${currency}`
    : `validation error: customer currency ${JSON.stringify(currency)} must be fiat`;
}

/**
 * The fields as they are read back; the subject keys stay as they are.
 *
 * @throws RefusedByDatabase
 */
export function storedInput<Input extends CustomerInput>(input: Input): Input {
  const { key, description, primaryEmail, metadata, billingAddress } = input;
  return {
    ...input,
    name: storedIndexedText(input.name),
    ...(key !== undefined && { key: storedIndexedText(key) }),
    ...(description !== undefined && { description: storedText(description) }),
    ...(primaryEmail !== undefined && { primaryEmail: storedIndexedText(primaryEmail) }),
    ...(metadata !== undefined && { metadata: storedMetadata(metadata) }),
    ...(billingAddress !== undefined && { billingAddress: storedAddress(billingAddress) }),
  };
}

function storedMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  // fromEntries defines own properties, so that a name like __proto__ stays an ordinary one.
  return Object.fromEntries(
    Object.keys(metadata)
      .sort(byBytes)
      .map((name) => [storedText(name), storedText(metadata[name] ?? "")]),
  );
}

function storedAddress(address: Address): Address {
  // The schema sees to that already, but not where the field's name is spelled in another case.
  if (address.country !== undefined && Buffer.byteLength(address.country) !== 2) {
    throw new RefusedByDatabase("a country has two letters");
  }
  return Object.fromEntries(
    addressFields.flatMap((name) => (address[name] === undefined ? [] : [[name, storedText(address[name])]])),
  );
}
