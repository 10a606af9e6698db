import { type Answer, schemaProblem } from "./answer";
import type { ApiCall } from "./call";
import { describe, type Mismatch } from "./field-check";
import { findOddity } from "./json-text";

/** The JSON of a request, or the answer that refuses it before anybody looks at its schema. */
export function readJson({
  contentType,
  body,
}: ApiCall): { readonly value: unknown; readonly followed: boolean } | { readonly refusal: Answer } {
  if (body.kind === "none") {
    return refuse("value is required but missing");
  }
  if (!isJsonContentType(contentType)) {
    return refuse(`header Content-Type has unexpected value ${JSON.stringify(contentType)}`);
  }
  if (body.kind === "invalid") {
    return refuse(`failed to decode request body: ${body.reason}`);
  }
  return findOddity(body.value) === "deep" ? refuse("failed to decode request body: exceeded max depth") : body;
}

/** The refusal of a body. */
export function refuse(reason: string): { readonly refusal: Answer } {
  return { refusal: schemaProblem(`request body has an error: ${reason}`) };
}

/** The refusal of a body that its schema does not let pass. */
export function refuseMismatch(found: Mismatch, schema?: string): { readonly refusal: Answer } {
  const reason = describe(found);
  return found.detached === true
    ? { refusal: schemaProblem(reason) }
    : refuse(`doesn't match schema${schema === undefined ? "" : ` #/components/schemas/${schema}`}: ${reason}`);
}

/** The media type is compared to the letter by the server, parameters such as charset are skipped. */
function isJsonContentType(contentType: string): boolean {
  return contentType.split(";", 1)[0] === "application/json";
}
