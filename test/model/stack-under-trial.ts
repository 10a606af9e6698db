import type { Program, ProviderName } from "./program";
import type { Servers } from "./servers";
import type { State } from "./state";
import type { Order } from "./steps";

/** One step that a preview announces: the resource, what is to happen, and which of its inputs differ how. */
export interface AnnouncedStep {
  readonly name: string;
  readonly op: string;
  /** The one that carries it out: for a deletion, that of the old resource. */
  readonly provider: ProviderName;
  readonly changes: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
}

export interface RunOutcome {
  /** Why the run failed, if it did. */
  readonly error?: string;
  /** What a person reads of it. */
  readonly output: string;
}

export interface UpOptions {
  readonly refresh: boolean;
  readonly order: Order;
  /** Names of resources that are replaced though nothing asks for it: `--replace`. */
  readonly replace?: readonly string[];
  /** The program throws when it has registered so many resources. */
  readonly throwsAfter?: number;
}

/** A stack, on the real engine or on what stands in for it, that a program can be tried on. */
export interface StackUnderTrial {
  readonly servers: Servers;
  preview(
    program: Program,
    options: { refresh: boolean },
  ): Promise<RunOutcome & { readonly steps: readonly AnnouncedStep[] }>;
  up(program: Program, options: UpOptions): Promise<RunOutcome>;
  destroy(): Promise<RunOutcome>;
  state(): Promise<State>;
  /** Takes a resource out of the state, and nothing else: `pulumi state delete`. */
  forget(name: string): Promise<void>;
  /** Ends the provider of the present run at once. */
  kill(): Promise<void>;
  /** Lets the present run finish what it has begun, and begin nothing else. */
  cancel(): void;
}
