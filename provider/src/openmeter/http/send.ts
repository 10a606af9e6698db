/** One try of one request over the network. */
import type { Readable } from "node:stream";
import { type Dispatcher, EnvHttpProxyAgent, request as send } from "undici";
import type { Configuration } from "../configuration";

/** A request that can be sent again. */
export interface Outgoing {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where there is none. */
  readonly body: string;
}

/** The head of an answer, and its body as it arrives. */
export interface Incoming {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readable;
}

/** Sends a request once. Rejects when there is no answer, or none before the signal. */
export type Send = (request: Outgoing, signal: AbortSignal) => Promise<Incoming>;

/** Sends over HTTP, directly or through the proxies of the environment. Timeouts are the business of the signal. */
export function sendOverHttp({ proxies }: Configuration, options: EnvHttpProxyAgent.Options = {}): Send {
  const dispatcher = new EnvHttpProxyAgent({ headersTimeout: 0, bodyTimeout: 0, ...proxies, ...options });
  return async ({ url, method, headers, body }, signal) => {
    const answer = await send(url, {
      method: method as Dispatcher.HttpMethod, // the client's methods are GET, POST, PUT and DELETE
      headers,
      body: body === "" ? null : body,
      signal,
      dispatcher,
    });
    return { status: answer.statusCode, headers: headersOf(answer.headers), body: answer.body };
  };
}

function headersOf(received: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(received)) {
    for (const item of [value ?? []].flat()) {
      headers.append(name, item);
    }
  }
  return headers;
}
