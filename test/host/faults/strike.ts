import type { Fault } from "openmeter-emulator";
import type { DynamicHost } from "../dynamic-host";
import type { Properties } from "../operations";
import { OperationError } from "../operations";
import type { Case } from "./case";
import type { Outcome, Situation } from "./operation";
import type { Place } from "./place";
import type { FaultRow } from "./row";

/** Lets a fault strike, for ever or once. Returns how often it has struck. */
export async function strike(
  place: Place,
  { row, column, stays }: Case,
  { first, method }: Situation,
): Promise<() => number> {
  if (typeof row.strikes === "string") {
    await place.door.shut();
    return () => hostFor(place, row).clock.turnedAway;
  }
  let struck = 0;
  const action = row.strikes({ foreignUrl: place.foreign.url });
  const fault: Fault = {
    ...action,
    match: !stays && first !== undefined ? first.match : { ...(method !== undefined && { method }) },
    ...(stays && { times: Number.POSITIVE_INFINITY }),
    onStrike: () => {
      struck += 1;
      if (action.kind === "hang") place.struck.clock.heldUp("silent");
      // The answer to a deletion has no body that could trickle.
      if (action.kind === "trickle" && !isDeletion(column)) place.struck.clock.heldUp("talking");
    },
  };
  place.emulator.faults.add(fault);
  return () => struck;
}

/** Ends all faults. */
export async function calm(place: Place): Promise<void> {
  place.emulator.faults.clear();
  await place.door.open();
}

/** The host that meets a fault. */
export function hostFor({ struck, outside, newcomer }: Place, { strikes }: FaultRow): DynamicHost {
  if (strikes === "absent") return newcomer;
  return strikes === "shut" ? outside : struck;
}

/** The address that it is configured with. */
export function urlFor({ emulator, door }: Place, { strikes }: FaultRow): string {
  return typeof strikes === "string" ? door.url : emulator.url;
}

/** What an operation came to, as the engine sees it. */
export async function outcomeOf(operation: () => Promise<Properties>): Promise<Outcome> {
  try {
    return { outputs: await operation() };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const { message, partial } = error;
    if (partial === undefined) return { message };
    return { message, partial: { reasons: partial.reasons, outputs: partial.properties } };
  }
}

function isDeletion(column: Case["column"]): boolean {
  return ["delete", "set: delete", "set: removal"].includes(column);
}
