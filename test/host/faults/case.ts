import { expect } from "vitest";
import { comparable, said } from "./compare";
import { type Content, contentOf, type Operation, type Situation, setSize } from "./operation";
import { apiKey, type Place } from "./place";
import type { Cell, Column, FaultRow } from "./row";
import { calm, hostFor, outcomeOf, strike } from "./strike";

/** One case of the table. */
export interface Case {
  readonly row: FaultRow;
  readonly column: Column;
  readonly operation: Operation;
  readonly stays: boolean;
  readonly cell: Cell;
}

/** Carries out one case, and holds all that a user would notice against the table. */
export async function meet(place: Place, one: Case): Promise<void> {
  const { row, column, stays, cell } = one;
  const { ending } = cell;
  const { situation, before, outcome, requests, isReached, waits } = await carryOut(place, one);
  const { emulator, others, foreign } = place;

  expect(requests).toBe(cell.requests);
  const isSet = column.startsWith("set");
  const expected = situation.expected(ending, said(one, place, situation, { requests, waits }), stays);
  expect(comparable(outcome, isSet)).toEqual(comparable(expected, isSet));
  // The requests of a set wait side by side.
  if (!isSet) expect(waits).toEqual(waitsOf(row, requests, stays));
  const held = contentOf(emulator, situation.keys);
  expect(held).toEqual(contentAfter(situation, before, isReached, one));

  emulator.requests.clear();
  await situation.again(others, ending, outcome);
  expect(emulator.requests.list().length).toBeLessThanOrEqual(situation.againRequests);
  if (ending !== "done") expect(contentOf(emulator, situation.keys)).toEqual(situation.after);

  expect(foreign.received).toEqual([]);
  expect(JSON.stringify(outcome) + hostFor(place, row).output).not.toContain(apiKey);
}

/** Has an operation meet its fault. */
export async function carryOut(place: Place, one: Case) {
  const { emulator, door, others } = place;
  const { row, column, operation, stays } = one;
  const host = hostFor(place, row);
  // Lists would grow with the table.
  emulator.subjects.clear();
  // A subject that its own process has written is read by itself, and never looked up in a list.
  const earlier = column.startsWith("set") || row.strikes === "absent" ? others : host;
  const situation = await operation(earlier, emulator, nameOf(one));
  const before = contentOf(emulator, situation.keys);
  emulator.requests.clear();
  host.clock.reset(stays ? undefined : () => door.open());
  const struck = await strike(place, one, situation);
  const outcome = await outcomeOf(() => situation.act(host));
  await host.clock.idle();
  const { waits, turnedAway } = host.clock;
  const all = emulator.requests.list();
  const requests = all.filter(({ method }) => method === (situation.method ?? method)).length + turnedAway;
  const isReached =
    situation.method === "GET"
      ? all.some(({ method }) => method !== "GET")
      : requests > struck() || row.applied === true;
  await calm(place);
  return { situation, before, outcome, requests, isReached, waits };
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
  { after, first }: Situation,
  before: Content,
  isReached: boolean,
  { row, stays, cell }: Case,
): Content {
  // The others of a set got through, the first was not tried again.
  if (!stays && first !== undefined && cell.requests === setSize && row.applied !== true) return first.after;
  return isReached ? after : before;
}
