/** What may happen in the life of a stack, as data. */
import type { JsonValue } from "openmeter-emulator";
import type { Edit } from "./edit";

/** Something that others do at the server. */
export type ForeignChange =
  | { readonly do: "foreign write"; readonly key: string; readonly fields: Nullable }
  | { readonly do: "foreign entry"; readonly key: string; readonly name: string; readonly value: string }
  | { readonly do: "foreign delete"; readonly key: string }
  | { readonly do: "foreign re-creation"; readonly key: string; readonly fields: Nullable }
  | Subscription;

/** Ends or begins an active subscription of a customer. */
export interface Subscription {
  readonly do: "foreign subscription";
  readonly key: string;
  readonly isActive: boolean;
}

export type Nullable = Readonly<Record<string, JsonValue | null>>;

/** What goes wrong in a run, at a request of it that is counted from 0. */
export type Trouble =
  /** The provider is expected to get over it by itself. */
  | { readonly kind: "hiccup"; readonly at: number; readonly fault: "503" | "429" | "before" | "after" | "truncated" }
  /** From this request on the server refuses everything. */
  | { readonly kind: "outage"; readonly at: number; readonly status: 401 | 403 | 500 | 503; readonly applied: boolean }
  /** The server refuses one request for good. */
  | { readonly kind: "refusal"; readonly at: number; readonly status: 400 | 409 }
  /** The server refuses one deletion. */
  | { readonly kind: "refused deletion"; readonly at: number }
  /** The provider is killed. */
  | { readonly kind: "kill"; readonly at: number; readonly applied: boolean }
  /** Ctrl-C: what has begun ends, and nothing else begins. */
  | { readonly kind: "cancel"; readonly at: number }
  /** Somebody writes between two requests. */
  | { readonly kind: "writer"; readonly at: number; readonly change: ForeignChange }
  /** The program throws when it has registered so many resources. */
  | { readonly kind: "throw"; readonly at: number }
  /** A resource is replaced though nothing asks for it: no trouble for a provider that can cope with it. */
  | { readonly kind: "replace"; readonly name: string }
  /** A hook of the server's stores another display name than it is sent. */
  | { readonly kind: "hook"; readonly displayName: string };

/**
 * How a program registers its resources, and how the engine carries them out: each only when those before it are done, or
 * all at first and then together or one by one.
 */
export type Order = "late" | "late reversed" | "together" | "reversed";

export interface Up {
  readonly do: "up";
  readonly refresh: boolean;
  readonly order: Order;
  /** What others do between the preview and the run. */
  readonly meanwhile?: ForeignChange | undefined;
  readonly trouble?: Trouble | undefined;
  /** Whether a run that brings the stack in order follows the trouble at once. */
  readonly mend: boolean;
}

/** Somebody cuts a companion out of the state. */
export interface Forget {
  readonly do: "forget";
  readonly name: string;
}

export type Step = Edit | ForeignChange | Forget | Up;
