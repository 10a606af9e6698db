import type { Answer } from "./answer";

/** How a call is answered: what, and in which way it goes out. */
export type Delivery =
  | { readonly how: "whole"; readonly answer: Answer }
  | { readonly how: "compressed"; readonly answer: Answer }
  /** The whole answer is announced, and the connection cut after half of it. */
  | { readonly how: "half"; readonly answer: Answer }
  /** One byte every so many milliseconds. */
  | { readonly how: "slowly"; readonly answer: Answer; readonly ms: number }
  | { readonly how: "reset" }
  /** Nothing happens until the client gives up. */
  | { readonly how: "never" };

/** The headers of an answer whose length is announced. 204 has no length, not even zero. */
export function withLength({ status, headers }: Answer, payload: Buffer): Record<string, string> {
  return { ...headers, ...(status !== 204 && { "content-length": String(payload.length) }) };
}

/** The headers of an answer whose body is compressed; one without a body is left alone. */
export function withGzip({ headers, payload }: Answer): Record<string, string> {
  return { ...headers, ...(payload !== "" && { "content-encoding": "gzip" }) };
}
