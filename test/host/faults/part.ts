import type { FaultAction } from "openmeter-emulator";
import { expect } from "vitest";
import { createSet, declareSet, parsed, setInputs } from "../set-fixtures";
import type { Place } from "./place";
import { outcomeOf } from "./strike";

/** 700 subjects are sent as 500 and 200. Without fields: a larger state in an error is more than this gRPC client takes. */
const members = Object.fromEntries(Array.from({ length: 700 }, (_, index) => [`c${index}`, {}]));

const deleted = (answer: unknown) =>
  Array.isArray(answer)
    ? answer.map((subject) => (subject.key === "c7" ? { ...subject, deletedAt: "2026-01-15T12:00:00Z" } : subject))
    : answer;

type PartRow = readonly [
  fault: string,
  action: FaultAction,
  key: string,
  requests: number,
  known: number,
  stored: number,
  says: string,
];

/**
 * What becomes of a large set when each request with one of its subjects meets a fault: how many requests are made, how many
 * subjects the state and the server have then, and the reason that the engine shows.
 */
// biome-ignore format: a table is read by its columns
export const rows: readonly PartRow[] = [
  ["400",                            { kind: "status", status: 400 },    "c7",   18, 699, 699, '"c7": OpenMeter answered 400 Bad Request'],
  ["413",                            { kind: "status", status: 413 },    "c7",   18, 699, 699, '"c7": OpenMeter answered 413 Payload Too Large'],
  ["500",                            { kind: "status", status: 500 },    "c7",   24, 699, 699, '"c7": {url} answered 500 Internal Server Error (7 tries in 16 s)'],
  ["no answer",                      { kind: "hang" },                   "c7",   18, 699, 699, '"c7": no answer from'],
  ["somebody who deletes it",        { kind: "alter", change: deleted }, "c7",   36, 699, 700, '"c7": somebody else deleted it each time it was written'],
  ["401",                            { kind: "status", status: 401 },    "c600",  2, 500, 500, "stopped after 500 of 700: {url} answered 401 Unauthorized"],
  ["503",                            { kind: "status", status: 503 },    "c600", 52, 500, 500, "stopped after 500 of 700: {url} answered 503 Service Unavailable"],
  ["429",                            { kind: "status", status: 429 },    "c600", 14, 500, 500, "stopped after 500 of 700: {url} answered 429 Too Many Requests"],
  ["a page",                         { kind: "html" },                   "c600",  2, 500, 500, "stopped after 500 of 700: {url} answered 200 with a page"],
  ["a reset after being carried out", { kind: "resetAfter" },            "c600", 52, 500, 700, "stopped after 500 of 700: no answer from"],
];

/** Carries out one of these rows. */
export async function partOfSetMeets(place: Place, row: PartRow): Promise<void> {
  const [, action, key, requests, known, stored, says] = row;
  const { emulator, struck, others } = place;
  emulator.subjects.clear();
  emulator.requests.clear();
  const onStrike = () => action.kind === "hang" && struck.clock.heldUp("silent");
  emulator.faults.add({ ...action, match: { key }, times: Number.POSITIVE_INFINITY, onStrike });
  const outcome = await outcomeOf(() => createSet(struck.set, setInputs(members)));
  await struck.clock.idle();
  emulator.faults.clear();
  if (!("partial" in outcome) || outcome.partial === undefined) throw new Error("it should have been done in part");
  const { reasons, outputs } = outcome.partial;
  expect(reasons[0]).toContain(`set "customers": ${known} of 700 changes were made`);
  expect(reasons.slice(1)).toEqual([expect.stringContaining(says.replace("{url}", emulator.url))]);
  expect(emulator.requests.list()).toHaveLength(requests);
  expect(Object.keys(parsed(outputs.subjects))).toHaveLength(known);
  expect(emulator.subjects.size).toBe(stored);

  emulator.requests.clear();
  const inputs = await declareSet(others.set, outputs, setInputs(members));
  const after = await others.set.update("customers", outputs, inputs);
  const sent = emulator.requests.list().flatMap(({ body }) => (Array.isArray(body) ? body : []));
  expect(sent).toHaveLength(700 - known);
  expect(parsed(after.subjects)).toEqual(members);
  expect(emulator.subjects.size).toBe(700);
  for (const [member, id] of Object.entries(parsed(after.subjectIds))) {
    expect(emulator.subjects.get(member)?.id).toBe(id);
  }
}
