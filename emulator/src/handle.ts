import { setTimeout as sleep } from "node:timers/promises";
import { addressedKey } from "./addressed-key";
import { answerCall, answerOf, type Data } from "./answer-call";
import type { ApiCall } from "./call";
import { race } from "./customers/race";
import type { Delivery } from "./delivery";
import type { RaceFault } from "./fault";
import type { Faults } from "./faults";
import type { RequestLog } from "./request-log";
import { strike } from "./strike";

/** What an emulator is put together from. */
export interface Parts extends Data {
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly apiKey: string | readonly string[] | undefined;
  readonly latencyMs: number;
  readonly log: (line: string) => void;
  /** Aborted when the emulator closes, so that nothing waits any longer. */
  readonly closing: AbortSignal;
}

/**
 * Records a call, has a fault strike it if there is one, and decides how it is answered.
 *
 * @returns the answer, and what is to be told once it is sent: the status that the client got, if it got one
 */
export async function handle(
  call: ApiCall,
  parts: Parts,
): Promise<{ readonly delivery: Delivery; readonly ended: (status: number | undefined) => void }> {
  const started = performance.now();
  const record = parts.requests.begin(call, addressedKey(call.target, parts));
  const wait = async (ms: number): Promise<void> => {
    await sleep(ms, undefined, { signal: parts.closing });
  };
  if (parts.latencyMs > 0) {
    await wait(parts.latencyMs);
  }
  const apply = () => answerCall(call, parts, parts.apiKey);
  const raced = (against: RaceFault) => answerOf(() => race(against, { call, apply, ...parts }));
  const fault = parts.faults.take(call);
  const delivery: Delivery =
    fault === undefined ? { how: "whole", answer: apply() } : await strike(fault, { call, apply, race: raced, wait });
  return {
    delivery,
    ended: (status) => {
      record.status = status;
      const milliseconds = (performance.now() - started).toFixed(1);
      parts.log(`${call.method} ${call.path} ${status ?? "cut"} ${milliseconds} ms, ${parts.subjects.size} subjects`);
    },
  };
}
