import type { IncomingHttpHeaders } from "node:http";
import { decodeText, parseFirstValue } from "./json-text";
import { resolveTarget, type Target } from "./path";

/** The body of a request, parsed once for everyone who looks at it. */
type Body =
  | { readonly kind: "none" }
  | { readonly kind: "invalid"; readonly reason: string }
  /** `followed`: there is more after the value, which only the last of the server's parsers minds. */
  | { readonly kind: "json"; readonly value: unknown; readonly followed: boolean };

/** A request to the API. */
export interface ApiCall {
  readonly method: string;
  /** Path and query as they came, still encoded. */
  readonly path: string;
  readonly target: Target;
  readonly headers: IncomingHttpHeaders;
  readonly contentType: string;
  readonly body: Body;
}

/** Takes a request apart. */
export function readCall(method: string, path: string, headers: IncomingHttpHeaders, payload?: Buffer): ApiCall {
  return {
    method,
    path,
    target: resolveTarget(path),
    headers,
    contentType: headers["content-type"] ?? "",
    body: readBody(payload),
  };
}

function readBody(payload: Buffer | undefined): Body {
  if (payload === undefined || payload.length === 0) {
    return { kind: "none" };
  }
  try {
    return { kind: "json", ...parseFirstValue(decodeText(payload)) };
  } catch (error) {
    return { kind: "invalid", reason: error instanceof Error ? error.message : String(error) };
  }
}
