/** What is measured of a resource's life, in the order in which it happens. */
export const operations = ["create", "no-op", "one change", "preview with refresh", "destroy"] as const;
export type Operation = (typeof operations)[number];

/** Single subjects, one set, single subjects by several `Provider`s, and the first two of customers. */
export type Kind = "singles" | "sets" | "accounts" | "customers" | "customerSets";

/** One size of the task: so many subjects, at a server that waits so long before each answer. */
export interface Scenario {
  readonly kind: Kind;
  readonly size: number;
  readonly latencyMs: number;
}

/** Requests to the Subject API by operation, such as `POST` or `GET one`. */
export type RequestCounts = Readonly<Record<string, number>>;

/** What one operation of one competitor took. */
export interface Measurement {
  /** Wall time of the whole command. */
  readonly ms: number;
  readonly requests: RequestCounts;
  /** Wall time of its requests alone, start of the process and import excluded. Scripts only. */
  readonly upsertMs?: number;
  /** Peak resident memory of the provider's process; with several accounts, of all processes together. Pulumi only. */
  readonly peakMemoryBytes?: number;
  /** Size of the stack's file after the operation. Pulumi only. */
  readonly stateBytes?: number;
  /** Length of one resource's `__provider` in the state; each resource has it twice. Pulumi only. */
  readonly providerBytes?: number;
}

/** A measurement with what was measured. */
export interface Sample extends Scenario, Measurement {
  readonly competitor: string;
  readonly operation: Operation;
  /** Counted from 0. Samples of one repetition were taken side by side. */
  readonly repetition: number;
}

/** A competitor that could not do an operation, and was left out of the rest of the scenario. */
export interface Failure extends Scenario {
  readonly competitor: string;
  readonly operation: Operation;
  /** What its command said last. */
  readonly message: string;
}
