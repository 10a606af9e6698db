import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Answer } from "./answer";
import { readCall } from "./call";
import { type Delivery, withGzip, withLength } from "./delivery";
import { handle, type Parts } from "./handle";

/**
 * Answers a request without a network, as `fetch` would: a cut connection is an error with a `code`, a request that is never
 * answered ends with the reason of its signal, and a compressed body stays so.
 */
export async function respond(request: Request, parts: Parts): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const payload = Buffer.from(await request.arrayBuffer());
  const call = readCall(request.method, `${pathname}${search}`, Object.fromEntries(request.headers), payload);
  const { delivery, ended } = await handle(call, parts);
  ended(delivery.how === "whole" || delivery.how === "compressed" ? delivery.answer.status : undefined);
  return responseOf(delivery, request.signal);
}

function responseOf(delivery: Delivery, signal: AbortSignal): Promise<Response> | Response {
  switch (delivery.how) {
    case "whole":
      return response(delivery.answer, delivery.answer.headers, delivery.answer.payload);
    case "compressed":
      return response(delivery.answer, withGzip(delivery.answer), gzipSync(delivery.answer.payload));
    case "half":
    case "slowly": {
      const payload = Buffer.from(delivery.answer.payload);
      if (delivery.how === "half" && payload.length === 0) {
        throw connectionCut();
      }
      const pieces = delivery.how === "half" ? halfOf(payload) : byteByByte(payload, delivery.ms);
      return response(delivery.answer, withLength(delivery.answer, payload), ReadableStream.from(pieces));
    }
    case "reset":
      throw connectionCut();
    case "never":
      return new Promise((_resolve, reject) => {
        const giveUp = () => reject(signal.reason);
        if (signal.aborted) {
          giveUp();
        }
        signal.addEventListener("abort", giveUp);
      });
  }
}

function response(
  { status, payload }: Answer,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array | ReadableStream<Uint8Array>,
): Response {
  return new Response(payload === "" ? null : body, { status, headers: { ...headers } });
}

async function* halfOf(payload: Buffer): AsyncGenerator<Uint8Array> {
  yield payload.subarray(0, payload.length / 2);
  throw connectionCut();
}

async function* byteByByte(payload: Buffer, ms: number): AsyncGenerator<Uint8Array> {
  for (const byte of payload) {
    await sleep(ms);
    yield Uint8Array.of(byte);
  }
}

function connectionCut(): Error {
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
}
