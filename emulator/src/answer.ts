import { STATUS_CODES } from "node:http";

/** What goes back to the client. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

/** A JSON answer, ended by a newline as Go's encoder does. */
export function json(status: number, body: unknown, contentType = "application/json"): Answer {
  return { status, headers: { "content-type": contentType }, payload: `${JSON.stringify(body)}\n` };
}

/** 204 without a body. */
export const noContent: Answer = { status: 204, headers: {}, payload: "" };

let requests = 0;

/**
 * A problem document (RFC 9457) as the server's handlers write it: with the request as instance, and without detail for a
 * 500, of which nothing is told.
 */
export function problem(status: number, detail?: string): Answer {
  requests += 1;
  const instance = `urn:request:emulator/${String(requests).padStart(6, "0")}`;
  return problemDocument(status, { ...(detail !== undefined && status !== 500 && { detail }), instance });
}

/** A problem document as the server's schema validator writes it, which knows no instance. */
export function schemaProblem(detail: string): Answer {
  return problemDocument(400, { detail });
}

function problemDocument(status: number, rest: { detail?: string; instance?: string }): Answer {
  const title = STATUS_CODES[status] ?? "";
  return json(status, { type: "about:blank", title, status, ...rest }, "application/problem+json");
}
