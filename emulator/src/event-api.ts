import { type Answer, noContent, problem, schemaProblem } from "./answer";
import type { ApiCall } from "./call";
import type { EventLog, UsageEvent } from "./event-log";
import {
  type Check,
  checkList,
  checkObject,
  dateTime,
  describe,
  type Fields,
  filledText,
  NOT_NULLABLE,
  nullable,
} from "./field-check";
import { isJsonObject } from "./subject";

/** `POST /api/v1/events`: takes one event or a batch, in any of the three content types, all of it or nothing. */
export function ingest({ contentType, body }: ApiCall, log: EventLog): Answer {
  const mediaType = contentType.split(";", 1)[0]?.trim() ?? "";
  const shape = SHAPES.get(mediaType);
  if (body.kind === "none") {
    return refuse("value is required but missing");
  }
  if (shape === undefined) {
    return refuse(`header Content-Type has unexpected value ${JSON.stringify(contentType)}`);
  }
  if (body.kind === "invalid") {
    return refuse(`failed to decode request body: ${body.reason}`);
  }
  const isBatch = shape === "batch" || (shape === "either" && Array.isArray(body.value));
  const mismatch = isBatch ? checkList(body.value, event) : describeOne(body.value);
  const items: unknown = isBatch ? body.value : [body.value];
  if (mismatch !== undefined || !isEventList(items)) {
    return refuse(`doesn't match schema: ${mismatch}`);
  }
  return accept(items, { contentType, mediaType }, log);
}

/** What the handler checks after the schema. */
function accept(
  items: readonly SentEvent[],
  { contentType, mediaType }: { contentType: string; mediaType: string },
  log: EventLog,
): Answer {
  if (contentType !== mediaType) {
    return problem(400, `invalid content type: ${contentType}`);
  }
  if (items.length === 0 && mediaType === "application/json") {
    return problem(400, "invalid event: no events found");
  }
  const unknown = items.find(({ specversion }) => !VERSIONS.includes(specversion));
  if (unknown !== undefined) {
    return problem(400, `invalid event: specversion: unknown value: ${unknown.specversion}`);
  }
  const now = new Date().toISOString();
  log.add(items.map((item): UsageEvent => ({ ...item, time: item.time ?? now })));
  return noContent;
}

/** What each content type carries. */
const SHAPES: ReadonlyMap<string, "one" | "batch" | "either"> = new Map([
  ["application/cloudevents+json", "one"],
  ["application/cloudevents-batch+json", "batch"],
  ["application/json", "either"],
] as const);

/** The versions of CloudEvents that the server reads. */
const VERSIONS: readonly string[] = ["0.3", "1.0"];

/** An event that has passed the schema. */
type SentEvent = Omit<UsageEvent, "time"> & { readonly time?: string | null };

const data: Check = (value) => (isJsonObject(value) ? undefined : { path: "", reason: "value must be an object" });

const jsonOnly: Check = (value) =>
  value === "application/json"
    ? undefined
    : { path: "", reason: `value is not one of the allowed values ["application/json"]` };

const FIELDS: Fields = [
  ["data", nullable(data)],
  ["datacontenttype", nullable(jsonOnly)],
  ["dataschema", nullable(filledText)],
  ["id", filledText],
  ["source", filledText],
  ["specversion", filledText],
  ["subject", filledText],
  ["time", nullable(dateTime)],
  ["type", filledText],
];

const REQUIRED = ["id", "source", "specversion", "type", "subject"];

const event: Check = (value) => checkObject(value, FIELDS, REQUIRED);

function describeOne(value: unknown): string | undefined {
  if (value === null) {
    return NOT_NULLABLE;
  }
  const found = event(value);
  return found === undefined ? undefined : describe(found);
}

/** Follows the check of the schema: after that, a list is a list of events. */
function isEventList(items: unknown): items is SentEvent[] {
  return Array.isArray(items);
}

function refuse(reason: string): Answer {
  return schemaProblem(`request body has an error: ${reason}`);
}
