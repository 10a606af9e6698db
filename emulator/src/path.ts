import { isUtf8 } from "node:buffer";

/** What a request's path addresses. */
export type Target =
  | { readonly kind: "collection" }
  /** Where usage events are sent to. */
  | { readonly kind: "events" }
  | { readonly kind: "subject"; readonly idOrKey: string }
  /** A path of bytes that are no text: the database refuses it. */
  | { readonly kind: "invalidText" }
  /** A path parameter that cannot be decoded; `escape` is the offending part. */
  | { readonly kind: "undecodable"; readonly escape: string }
  /** Not an URL at all: answered before any routing. */
  | { readonly kind: "malformed" }
  | { readonly kind: "unknown" };

const COLLECTION = "/api/v1/subjects";
const EVENTS = "/api/v1/events";

/**
 * Resolves a request's raw path the way the server does, including its double decoding.
 *
 * Go's `net/url` keeps the raw path only if it differs from its own encoding of the decoded one. The router works on the raw
 * path if there is one, else on the decoded, and the parameter is then decoded (again). So `p%252Fq`, which is just how Go
 * would write `p%2Fq`, ends as `p/q`, while `%70%252Fq` ends as `p%2Fq`.
 */
export function resolveTarget(rawUrl: string): Target {
  // Bytes as characters: what is percent-encoded need not be UTF-8.
  const raw = Buffer.from(rawUrl.split("?", 1)[0] ?? "", "utf8").toString("latin1");
  const decoded = unescapeBytes(raw);
  if (!decoded.ok) {
    return { kind: "malformed" };
  }
  const routed = escapeLikeGo(decoded.bytes) === raw ? decoded.bytes : raw;
  if (routed === COLLECTION) {
    return { kind: "collection" };
  }
  if (routed === EVENTS) {
    return { kind: "events" };
  }
  const parameter = routed.startsWith(`${COLLECTION}/`) ? routed.slice(COLLECTION.length + 1) : "";
  if (parameter === "" || parameter.includes("/")) {
    return { kind: "unknown" };
  }
  const idOrKey = unescapeBytes(parameter);
  if (!idOrKey.ok) {
    return { kind: "undecodable", escape: idOrKey.escape };
  }
  const bytes = Buffer.from(idOrKey.bytes, "latin1");
  return isUtf8(bytes) ? { kind: "subject", idOrKey: bytes.toString("utf8") } : { kind: "invalidText" };
}

type Unescaped = { ok: true; bytes: string } | { ok: false; escape: string };

function unescapeBytes(text: string): Unescaped {
  const invalid = /%(?![0-9a-fA-F]{2}).{0,2}/su.exec(text);
  if (invalid !== null) {
    return { ok: false, escape: invalid[0] };
  }
  const bytes = text.replace(/%(..)/gs, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { ok: true, bytes };
}

/** How Go encodes a path by default. Other characters than encodeURIComponent's: it encodes `!'()*`, but not `$&+,/:;=@`. */
function escapeLikeGo(bytes: string): string {
  return bytes.replace(/[^A-Za-z0-9\-_.~$&+,/:;=@]/g, (byte) => {
    const hex = byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
    return `%${hex}`;
  });
}
