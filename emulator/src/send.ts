import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Answer } from "./answer";
import { type Delivery, withGzip, withLength } from "./delivery";

/** An answer that goes out otherwise than whole. */
type OddDelivery = Exclude<Delivery, { readonly how: "whole" }>;

/**
 * Sends an answer on a connection that has been taken from the framework.
 *
 * @param closing aborted when the emulator closes, so that nothing waits any longer
 * @returns the status that the client got with all of its answer, if it did
 */
export async function sendOddly(
  delivery: OddDelivery,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<number | undefined> {
  switch (delivery.how) {
    case "compressed": {
      const { status, payload } = delivery.answer;
      response.writeHead(status, withGzip(delivery.answer));
      response.end(payload === "" ? undefined : gzipSync(payload));
      return status;
    }
    case "half":
      await sendHalf(delivery.answer, response);
      return undefined;
    case "slowly": {
      const stayed = await sendSlowly(delivery.answer, delivery.ms, response, closing);
      return stayed ? delivery.answer.status : undefined;
    }
    case "reset":
      response.socket?.resetAndDestroy();
      return undefined;
    case "never":
      if (!response.destroyed) {
        await once(response, "close");
      }
      return undefined;
  }
}

/** Announces the whole answer, sends half of it, and cuts the connection. An answer without a body is not even announced. */
async function sendHalf(answer: Answer, response: ServerResponse): Promise<void> {
  const payload = Buffer.from(answer.payload);
  if (payload.length > 0) {
    response.writeHead(answer.status, withLength(answer, payload));
    await new Promise<void>((sent) => response.write(payload.subarray(0, payload.length / 2), () => sent()));
  }
  response.destroy();
}

/** Sends an answer byte by byte; tells whether the client stayed to the end. */
async function sendSlowly(
  answer: Answer,
  ms: number,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<boolean> {
  const payload = Buffer.from(answer.payload);
  response.writeHead(answer.status, withLength(answer, payload));
  response.flushHeaders();
  for (let sent = 0; sent < payload.length; sent += 1) {
    await sleep(ms, undefined, { signal: closing });
    if (response.destroyed) {
      return false;
    }
    response.write(payload.subarray(sent, sent + 1));
  }
  response.end();
  return true;
}
