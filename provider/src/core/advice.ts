/** What a failed operation has left, and what to do next, in words. Pure. */
import { concernsAll, type OpenMeterError } from "../openmeter/errors";

/** `destroy` is a delete of a run that declares no object: a destroy, or an `up` of a program that has none any more. `look` is a read of what the program does not manage. */
export const pastTense = {
  create: "created",
  update: "updated",
  delete: "deleted",
  destroy: "deleted",
  read: "read",
  look: "read",
} as const;
export type Operation = keyof typeof pastTense;

/** What is known to be stored, or to be in the state. */
export function keptAfter(operation: Operation, error: OpenMeterError): string {
  switch (operation) {
    case "read":
      return "The state stays as it is";
    case "look":
      return "";
    case "delete":
    case "destroy":
      return "It stays in the state";
    default:
      return keptAfterWrite(error);
  }
}

function keptAfterWrite(error: OpenMeterError): string {
  if (error.kind === "contested") {
    return "";
  }
  switch (error.effect) {
    case "unsent":
      return "Nothing was sent";
    case "nothing":
      return concernsAll(error) ? "Nothing was stored" : "None of it was stored";
    default:
      return "Whether OpenMeter stored it is unknown";
  }
}

/** What to do next. */
export function nextAfter(operation: Operation, error: OpenMeterError): string {
  switch (operation) {
    case "read":
    case "destroy":
      return `run the command again${ofLastUp(error)}`;
    case "look":
      return "run the command again";
    case "delete":
      return "run pulumi up again";
    default:
      return nextAfterWrite(operation, error);
  }
}

function nextAfterWrite(operation: "create" | "update", error: OpenMeterError): string {
  if (error.kind === "contested") {
    return "find out what deletes it, and run pulumi up again";
  }
  if (error.effect === "nothing" && !concernsAll(error)) {
    return "correct it and run pulumi up again";
  }
  if (error.effect === "unsent" || error.effect === "nothing") {
    return "fix this and run pulumi up again";
  }
  // The state keeps what was there before, so only a refresh can tell an update that was applied after all.
  const again = operation === "update" ? "pulumi up --refresh" : "pulumi up again";
  return `run ${again}: it continues from what is there`;
}

/**
 * What a run without declarations has to say of settings that may be the cause. In a refresh, a destroy, or an `up` of a program
 * without objects the engine starts the provider with the configuration that the state has from the last `up`.
 */
function ofLastUp({ settings }: OpenMeterError): string {
  const [first, second] = settings;
  if (first === undefined) {
    return "";
  }
  const [names, which] = second === undefined ? [first, "it has"] : [`${first} and ${second}`, "one of them has"];
  return `. This command uses ${names} of the last pulumi up: if ${which} changed since, run pulumi up once, without --refresh and with a program that still declares something, and then repeat the command; or add --run-program to a refresh or destroy`;
}

/** Both in one sentence: `Nothing was sent; fix this and run pulumi up again`. */
export function advice(kept: string, next: string): string {
  return kept === "" ? `${next.charAt(0).toUpperCase()}${next.slice(1)}` : `${kept}; ${next}`;
}
