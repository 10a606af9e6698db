import type { Fault } from "openmeter-emulator";
import type { DynamicHost } from "../dynamic-host";
import type { Properties } from "../operations";
import { OperationError } from "../operations";
import type { Case } from "./case";
import type { Outcome, Situation } from "./operation";
import type { Place } from "./place";
import type { FaultRow } from "./row";

/** Lets a fault strike, for ever or once. Returns how often it has struck. */
export async function strike(place: Place, { row, column, stays }: Case, { first }: Situation): Promise<() => number> {
  if (row.strikes === "shut") {
    await place.door.shut();
    return () => place.outside.clock.turnedAway;
  }
  let struck = 0;
  const action = row.strikes({ foreignUrl: place.foreign.url });
  const fault: Fault = {
    ...action,
    ...(stays ? { times: Number.POSITIVE_INFINITY } : first !== undefined && { match: first.match }),
    onStrike: () => {
      struck += 1;
      if (action.kind === "hang") place.struck.clock.heldUp("silent");
      // The answer to a deletion has no body that could trickle.
      if (action.kind === "trickle" && !column.endsWith("delete")) place.struck.clock.heldUp("talking");
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
export function hostFor(place: Place, row: FaultRow): DynamicHost {
  return row.strikes === "shut" ? place.outside : place.struck;
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
