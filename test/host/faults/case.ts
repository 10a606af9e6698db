import { expect } from "vitest";
import { comparable, said } from "./compare";
import { type Content, contentOf, type Operation, type Situation } from "./operation";
import { apiKey, type Place } from "./place";
import { type Column, cellsOf, type FaultRow } from "./row";
import { calm, hostFor, outcomeOf, strike } from "./strike";

/** One case of the table. */
export interface Case {
  readonly row: FaultRow;
  readonly column: Column;
  readonly operation: Operation;
  readonly stays: boolean;
}

/** Carries out one case, and holds all that a user would notice against the table. */
export async function meet(place: Place, one: Case): Promise<void> {
  const { row, column, stays } = one;
  const { requests: expectedRequests, ending } = cellsOf(row, stays)[column];
  const { situation, before, outcome, requests, struck, waits } = await carryOut(place, one);
  const { emulator, next, foreign } = place;

  expect(requests).toBe(expectedRequests);
  const isSet = column.startsWith("set");
  const expected = situation.expected(ending, said(row, column, place, requests, waits), stays);
  expect(comparable(outcome, isSet)).toEqual(comparable(expected, isSet));
  // The requests of a set wait side by side.
  if (!isSet) expect(waits).toEqual(waitsOf(row, requests, stays));
  const held = contentOf(emulator, situation.keys);
  expect(held).toEqual(contentAfter(situation, before, requests > struck || row.applied === true, one, requests));

  emulator.requests.clear();
  await situation.again(next, ending, outcome);
  expect(emulator.requests.list().length).toBeLessThanOrEqual(situation.againRequests);
  if (ending !== "done") expect(contentOf(emulator, situation.keys)).toEqual(situation.after);

  expect(foreign.received).toEqual([]);
  expect(JSON.stringify(outcome) + hostFor(place, row).output).not.toContain(apiKey);
}

/** Has an operation meet its fault. */
export async function carryOut(place: Place, one: Case) {
  const { emulator, door } = place;
  const { row, operation, stays } = one;
  const host = hostFor(place, row);
  // Lists would grow with the table.
  emulator.subjects.clear();
  const situation = await operation(host, emulator, nameOf(one));
  const before = contentOf(emulator, situation.keys);
  emulator.requests.clear();
  host.clock.reset(stays ? undefined : () => door.open());
  const struck = await strike(place, one, situation);
  const outcome = await outcomeOf(situation.act);
  await host.clock.idle();
  const requests = emulator.requests.list().length + host.clock.turnedAway;
  const result = { situation, before, outcome, requests, struck: struck(), waits: host.clock.waits };
  await calm(place);
  return result;
}

function nameOf({ row, column, stays }: Case): string {
  return `${row.fault} ${stays ? "stays" : "once"} ${column}`.replace(/\W+/g, "-");
}

function waitsOf({ waits = [] }: FaultRow, requests: number, stays: boolean): number[] {
  if (requests === 1) return [];
  // A request that is given up and tried again waits twice.
  const first = waits[0] === 30 && waits[1] !== 30 ? 2 : 1;
  return (stays ? waits : waits.slice(0, first)).map((seconds) => seconds * 1000);
}

function contentAfter(
  { after, first, keys }: Situation,
  before: Content,
  isReached: boolean,
  { row, stays }: Case,
  requests: number,
): Content {
  // The others of a set got through, the first was not tried again.
  if (!stays && first !== undefined && requests === keys.length && row.applied !== true) return first.after;
  return isReached ? after : before;
}
