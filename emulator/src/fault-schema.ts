import { z } from "zod";
import { type Fault, mergeIntoSubjects } from "./fault";
import type { JsonObject } from "./subject";

/** Faults as they are given over HTTP: data only, so without code, and with other words for Infinity and patterns. */
const options = {
  match: z
    .strictObject({
      method: z.string().exactOptional(),
      path: z
        .union([
          z.string(),
          z.strictObject({ pattern: z.string() }).transform(({ pattern }, context) => toPattern(pattern, context)),
        ])
        .exactOptional(),
      key: z.string().exactOptional(),
    })
    .exactOptional(),
  skip: z.int().min(0).exactOptional(),
  times: z.union([z.int().min(1), z.literal("always").transform(() => Number.POSITIVE_INFINITY)]).exactOptional(),
};

const instead = { ...options, applied: z.boolean().exactOptional() };
const status = z.int().min(200).max(599);
const milliseconds = z.number().min(0);

const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...instead,
    kind: z.literal("status"),
    status,
    retryAfter: z.string().exactOptional(),
    body: z.union([z.string(), z.looseObject({})]).exactOptional(),
    contentType: z.string().exactOptional(),
    headers: z.record(z.string(), z.string()).exactOptional(),
    echoRequest: z.boolean().exactOptional(),
  }),
  z.strictObject({ ...instead, kind: z.literal("html"), status: status.exactOptional() }),
  z.strictObject({ ...instead, kind: z.literal("empty") }),
  z.strictObject({ ...instead, kind: z.literal("redirect"), location: z.string(), status: status.exactOptional() }),
  z.strictObject({ ...instead, kind: z.literal("huge"), bytes: z.int().min(4) }),
  z.strictObject({ ...options, kind: z.literal("delay"), ms: milliseconds }),
  z.strictObject({ ...options, kind: z.literal("hang") }),
  z.strictObject({ ...options, kind: z.literal("trickle"), ms: milliseconds }),
  z.strictObject({ ...options, kind: z.enum(["resetBefore", "resetAfter"]) }),
  z.strictObject({ ...options, kind: z.enum(["truncate", "gzip"]) }),
  z.strictObject({
    ...options,
    kind: z.literal("race"),
    against: z.enum(["delete", "put", "subjectUpsert"]),
    subjectKeys: z.array(z.string()).exactOptional(),
    seen: z.boolean().exactOptional(),
  }),
  z
    .strictObject({
      ...options,
      kind: z.literal("alter"),
      merge: z.custom<JsonObject>(isObject, "must be an object"),
      contentType: z.string().exactOptional(),
    })
    .transform(({ merge, ...rest }) => ({ ...rest, change: mergeIntoSubjects(merge) })),
]);

/** The faults of a request body, one or a list, or what is wrong with it. */
export function readFaults(body: unknown): { readonly faults: readonly Fault[] } | { readonly wrong: string } {
  const result = z.array(faultSchema).safeParse(Array.isArray(body) ? body : [body]);
  return result.success ? { faults: result.data } : { wrong: z.prettifyError(result.error) };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toPattern(pattern: string, context: z.RefinementCtx): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    context.addIssue(`not a regular expression: ${pattern}`);
    return z.NEVER;
  }
}
