import type { JsonObject } from "./subject";

/** Which requests a fault strikes. Every condition given must hold; none given means every request. */
export interface FaultMatch {
  /** One, or any of several: these in process only. */
  readonly method?: string | readonly string[];
  /** Equal to the path, or found in it; either as it was sent or percent-decoded once. The query is not part of it. */
  readonly path?: string | RegExp;
  /** The key of the subject or customer addressed in the path (by key or by id), of an item of an upsert, or of a new customer. */
  readonly key?: string;
  /** Judges the items of an upsert; requests without items do not match. In process only. */
  readonly items?: (keys: readonly string[]) => boolean;
}

export interface FaultOptions {
  readonly match?: FaultMatch;
  /** Lets so many matching requests pass first. Default 0. */
  readonly skip?: number;
  /** Strikes so often, then is gone. Default 1; Infinity for ever. */
  readonly times?: number;
  /** Told of each time it strikes. In process only. */
  readonly onStrike?: () => void;
}

/** Answers of its own, in place of the API's. */
interface Instead {
  /** Whether the request is carried out all the same, before answering so. Default false. */
  readonly applied?: boolean;
}

export interface StatusFault extends Instead {
  readonly kind: "status";
  readonly status: number;
  /** The Retry-After header: seconds or an HTTP date. */
  readonly retryAfter?: string;
  /** Text, or an object to be sent as JSON. Default: a problem document. */
  readonly body?: string | object;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Quotes the Authorization header and the body of the request in the detail, as careless servers do. */
  readonly echoRequest?: boolean;
}

/** An HTML page, such as a proxy or a login wall shows. */
interface HtmlFault extends Instead {
  readonly kind: "html";
  /** Default 200. */
  readonly status?: number;
}

/** 200 without a body. */
interface EmptyFault extends Instead {
  readonly kind: "empty";
}

interface RedirectFault extends Instead {
  readonly kind: "redirect";
  readonly location: string;
  /** Default 307. */
  readonly status?: number;
}

/** A 200 whose JSON body has so many bytes. */
interface HugeFault extends Instead {
  readonly kind: "huge";
  readonly bytes: number;
}

/** Waits, then answers as usual. */
interface DelayFault {
  readonly kind: "delay";
  readonly ms: number;
}

/** Is not carried out and never answered, until the client gives up. */
interface HangFault {
  readonly kind: "hang";
}

/** Answers as usual, but sends one byte of the body every `ms` milliseconds. */
interface TrickleFault {
  readonly kind: "trickle";
  readonly ms: number;
}

/** Resets the TCP connection before, or after, the request is carried out. */
interface ResetFault {
  readonly kind: "resetBefore" | "resetAfter";
}

/** Carries the request out, announces the whole answer, sends half of its bytes and cuts the connection. */
interface TruncateFault {
  readonly kind: "truncate";
}

/** Carries the request out and compresses the answer, whether or not that was asked for. */
interface GzipFault {
  readonly kind: "gzip";
}

/** Carries the request out and answers with something else than its JSON. In process only; over HTTP see `merge`. */
export interface AlterFault {
  readonly kind: "alter";
  readonly change: (answer: unknown) => unknown;
  /** Default: the API's own. */
  readonly contentType?: string;
}

/** Runs code of a test before and after the request is carried out; both may take their time. In process only. */
interface CallFault {
  readonly kind: "call";
  readonly before?: () => void | Promise<void>;
  readonly after?: () => void | Promise<void>;
}

/**
 * Another client's request meets a customer's PUT or POST in the middle:
 *
 * - `delete`: a PUT answers 200 with `deletedAt`, and the subject keys that it added are burnt.
 * - `put`: the customer ends with the `subjectKeys` of the other PUT as well; the answer shows them unless `seen` is false.
 * - `subjectUpsert`: a POST answers 409, as the other has just made a subject that it names; a PUT answers 200 and is reverted.
 */
export interface RaceFault {
  readonly kind: "race";
  readonly against: "delete" | "put" | "subjectUpsert";
  readonly subjectKeys?: readonly string[];
  readonly seen?: boolean;
}

/** What a fault does, by `kind`. */
export type FaultAction =
  | StatusFault
  | HtmlFault
  | EmptyFault
  | RedirectFault
  | HugeFault
  | DelayFault
  | HangFault
  | TrickleFault
  | ResetFault
  | TruncateFault
  | GzipFault
  | AlterFault
  | RaceFault
  | CallFault;

/** Something that goes wrong: what, for which requests, how often. */
export type Fault = FaultAction & FaultOptions;

/** A change for `alter` that merges fields into each subject or customer of an answer, whether it holds one, a list or a page. */
export function mergeIntoSubjects(fields: JsonObject): (answer: unknown) => unknown {
  const merge = (one: unknown) => (isObject(one) ? { ...one, ...fields } : one);
  return (answer) => {
    if (Array.isArray(answer)) {
      return answer.map(merge);
    }
    return isObject(answer) && "items" in answer && Array.isArray(answer.items)
      ? { ...answer, items: answer.items.map(merge) }
      : merge(answer);
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
