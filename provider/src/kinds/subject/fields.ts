/** The fields of a subject: the one table from which its checks, requests, answers, outputs and look-ups follow. */
import type { Field, Kind, Rule } from "../../core/kind";
import { isPlainObject, isStored, type JsonObject, jsonProblems, type Problem, typeInWords } from "../../json";
import { isText, stripeCustomerId, text, tooLongToIndex } from "../rules";

const key: Rule = (value, isDeferred) =>
  value === undefined || value === null
    ? [{ path: [], reason: 'is required: the subject of usage events, such as "customer-42"' }]
    : keyText(value, isDeferred);

const keyText = text((value) => {
  if (value === "") {
    return "must not be empty";
  }
  return value === "." || value === ".."
    ? "must not be . or .., which URL normalisation would turn into another route"
    : tooLongToIndex(value);
});

const metadata: Rule = (value, isDeferred) => {
  if (!isPlainObject(value)) {
    const reason = isStored.value(value) ?? `is ${typeInWords(value)}; it must be an object of names and JSON values`;
    return [{ path: [], reason }];
  }
  const nulls: Problem[] = Object.keys(value)
    .filter((name) => value[name] === null)
    .map((name) => ({
      path: [name],
      reason: "is null, which OpenMeter refuses directly in metadata; leave the entry out",
    }));
  return [...jsonProblems(value, [], isStored, isDeferred), ...nulls];
};

const fields = {
  displayName: { declared: text(tooLongToIndex), answered: isText },
  // JSON.parse made it, so a plain object is a JSON object.
  metadata: {
    declared: metadata,
    answered: (value): value is JsonObject => isPlainObject(value),
    empty: {},
    isMap: true,
  },
  stripeCustomerId,
} as const satisfies Readonly<Record<string, Field>>;

/** Subjects: whatever consumes the resources that are metered. */
export const subjectKind = {
  name: "subject",
  names: { objects: "subjects", id: "subjectId", ids: "subjectIds" },
  key,
  fields,
  isProvisioned: ({ metadata, ...rest }) =>
    isPlainObject(metadata) &&
    Object.keys(metadata).sort().join() === "createdBy,customerId" &&
    metadata.createdBy === "subject.provisioner" &&
    Object.keys(rest).length === 0,
} as const satisfies Kind;
