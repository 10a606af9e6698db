import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Answer } from "./answer";
import type { ApiCall } from "./call";

/** One request on its way: what was asked, how to carry it out, and how to get at the connection. */
export interface Exchange {
  readonly call: ApiCall;
  /** Carries the request out. Once. */
  readonly apply: () => Answer;
  /** Takes the connection from the framework, which then sends nothing of its own. */
  readonly takeOver: () => ServerResponse;
  /** Aborted when the emulator closes, so that nothing waits any longer. */
  readonly closing: AbortSignal;
}

/** Waits, unless the emulator closes meanwhile: then it throws. */
export async function wait(ms: number, { closing }: Pick<Exchange, "closing">): Promise<void> {
  await sleep(ms, undefined, { signal: closing });
}

/** Waits until the client, or the emulator on closing, has ended the connection. */
export async function waitForDisconnect(exchange: Exchange): Promise<void> {
  const response = exchange.takeOver();
  if (!response.destroyed) {
    await once(response, "close");
  }
}

/** Ends the connection with a TCP reset. */
export function reset(exchange: Exchange): void {
  exchange.takeOver().socket?.resetAndDestroy();
}

/** Announces the whole answer, sends half of it, and cuts the connection. An answer without a body is not even announced. */
export async function sendHalf(answer: Answer, exchange: Exchange): Promise<void> {
  const response = exchange.takeOver();
  const payload = Buffer.from(answer.payload);
  if (payload.length > 0) {
    response.writeHead(answer.status, withLength(answer, payload));
    await new Promise<void>((sent) => response.write(payload.subarray(0, payload.length / 2), () => sent()));
  }
  response.destroy();
}

/** Sends an answer with its body compressed. */
export function sendCompressed({ status, headers, payload }: Answer, exchange: Exchange): void {
  const response = exchange.takeOver();
  response.writeHead(status, { ...headers, ...(payload !== "" && { "content-encoding": "gzip" }) });
  response.end(payload === "" ? undefined : gzipSync(payload));
}

/** Sends an answer byte by byte; tells whether the client stayed to the end. */
export async function sendSlowly(answer: Answer, ms: number, exchange: Exchange): Promise<boolean> {
  const response = exchange.takeOver();
  const payload = Buffer.from(answer.payload);
  response.writeHead(answer.status, withLength(answer, payload));
  response.flushHeaders();
  for (let sent = 0; sent < payload.length; sent += 1) {
    await wait(ms, exchange);
    if (response.destroyed) {
      return false;
    }
    response.write(payload.subarray(sent, sent + 1));
  }
  response.end();
  return true;
}

/** 204 has no length, not even zero. */
function withLength({ status, headers }: Answer, payload: Buffer): Record<string, string> {
  return { ...headers, ...(status !== 204 && { "content-length": String(payload.length) }) };
}
