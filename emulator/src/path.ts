import { isUtf8 } from "node:buffer";

/** What a request's path addresses. */
export type Target =
  /** Not an URL at all: answered before any routing. */
  | { readonly kind: "malformed" }
  | { readonly kind: "unknown" }
  /** A route, with the methods that it has. */
  | (Addressed & { readonly methods: readonly string[] });

type Addressed =
  | Resource
  /** A path parameter that is empty or cannot be decoded, and what the server says of it. */
  | { readonly kind: "undecodable"; readonly parameter: string; readonly reason: string };

type Resource =
  | { readonly kind: "collection" }
  /** Where usage events are sent to. */
  | { readonly kind: "events" }
  | { readonly kind: "subject"; readonly idOrKey: string }
  | { readonly kind: "customers" }
  | { readonly kind: "customer" | "customerApps" | "customerStripe"; readonly idOrKey: string }
  | { readonly kind: "customerApp"; readonly idOrKey: string; readonly appId: string };

interface Route {
  /** The segments after `/api/v1/`; a parameter begins with a colon. */
  readonly segments: readonly string[];
  readonly methods: readonly string[];
  readonly resource: (first: string, second: string) => Resource;
}

const customer = "customers/:customerIdOrKey";

const ROUTES: readonly Route[] = [
  route("subjects", ["GET", "POST"], () => ({ kind: "collection" })),
  route("events", ["POST"], () => ({ kind: "events" })),
  route("subjects/:subjectIdOrKey", ["GET", "DELETE"], (idOrKey) => ({ kind: "subject", idOrKey })),
  route("customers", ["GET", "POST"], () => ({ kind: "customers" })),
  route(customer, ["GET", "PUT", "DELETE"], (idOrKey) => ({ kind: "customer", idOrKey })),
  route(`${customer}/apps`, ["GET", "PUT"], (idOrKey) => ({ kind: "customerApps", idOrKey })),
  route(`${customer}/apps/:appId`, ["DELETE"], (idOrKey, appId) => ({ kind: "customerApp", idOrKey, appId })),
  route(`${customer}/stripe`, ["GET", "PUT"], (idOrKey) => ({ kind: "customerStripe", idOrKey })),
];

function route(path: string, methods: readonly string[], resource: Route["resource"]): Route {
  return { segments: path.split("/"), methods, resource };
}

const PREFIX = "/api/v1/";

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
  if (!routed.startsWith(PREFIX)) {
    return { kind: "unknown" };
  }
  const segments = routed.slice(PREFIX.length).split("/");
  const found = ROUTES.find((candidate) => matches(candidate, segments));
  return found === undefined ? { kind: "unknown" } : { ...addressed(found, segments), methods: found.methods };
}

function matches(candidate: Route, segments: readonly string[]): boolean {
  return (
    candidate.segments.length === segments.length &&
    candidate.segments.every((name, index) =>
      // The router takes an empty parameter, but not as the last.
      name.startsWith(":") ? segments[index] !== "" || index < segments.length - 1 : segments[index] === name,
    )
  );
}

function addressed({ segments: names, resource }: Route, segments: readonly string[]): Addressed {
  const values: string[] = [];
  for (const [index, name] of names.entries()) {
    if (!name.startsWith(":")) {
      continue;
    }
    const value = unescapeBytes(segments[index] ?? "");
    if (!value.ok) {
      return undecodable(
        name,
        `error unescaping path parameter '${name.slice(1)}': invalid URL escape "${value.escape}"`,
      );
    }
    if (value.bytes === "") {
      return undecodable(name, `parameter '${name.slice(1)}' is empty, can't bind its value`);
    }
    values.push(value.bytes);
  }
  const [first = "", second = ""] = values.map(textOf);
  return resource(first, second);
}

function undecodable(name: string, reason: string): Addressed {
  return { kind: "undecodable", parameter: name.slice(1), reason };
}

/** Bytes as text. For those that are none stands NUL: the database refuses both, and only when it is asked. */
function textOf(bytes: string): string {
  const buffer = Buffer.from(bytes, "latin1");
  return isUtf8(buffer) ? buffer.toString("utf8") : "\0";
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
