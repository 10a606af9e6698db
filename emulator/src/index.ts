import { setMaxListeners } from "node:events";
import { Customers } from "./customers/customers";
import { connectHooks } from "./customers/hooks";
import { CustomerStore } from "./customers/store";
import { Stripe } from "./customers/stripe";
import { EventLog } from "./event-log";
import { Faults } from "./faults";
import type { Parts } from "./handle";
import { RequestLog } from "./request-log";
import { respond } from "./respond";
import { createServer } from "./server";
import { loadState, saveState } from "./state-file";
import { SubjectStore } from "./store";
import { UndoLog } from "./undo";

export type { Address, Customer, CustomerInput } from "./customers/customer";
export type { Customers } from "./customers/customers";
export type { Stripe } from "./customers/stripe";
export type { EventLog, UsageEvent } from "./event-log";
export type { Fault, FaultAction, FaultMatch, FaultOptions } from "./fault";
export { mergeIntoSubjects } from "./fault";
export type { Faults } from "./faults";
export type { RequestLog, RequestRecord } from "./request-log";
export type { SubjectStore } from "./store";
export type { JsonObject, JsonValue, Subject, SubjectUpsert } from "./subject";

/** What an emulator does, wherever it runs. */
export interface ApiOptions {
  /** When set, every call to the API needs it, or one of several, as a Bearer token. */
  readonly apiKey?: string | readonly string[];
  /** A JSON file to load subjects and customers from, if it is there, and to write them to after every change. */
  readonly stateFile?: string;
  /** Whether subjects make and change customers, as the server's `customer.enableSubjectHook` does. Default false. */
  readonly subjectHook?: boolean;
  /** Whether a pretended Stripe app is installed, and used by the billing profile, from the start. Default false. */
  readonly stripe?: boolean;
  /** Called with one line per call to the API. */
  readonly log?: (line: string) => void;
  /** Waits so long before it carries out any call. Default 0. */
  readonly latencyMs?: number;
}

export interface EmulatorOptions extends ApiOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
}

/** An emulator in this process, without a network. */
export interface InProcessEmulator {
  /** The subjects themselves, to look at and to change behind the API's back. */
  readonly subjects: SubjectStore;
  /** The customers, likewise. */
  readonly customers: Customers;
  /** A pretended Stripe. Its app is not installed at the start. */
  readonly stripe: Stripe;
  /** The usage events that have been sent. */
  readonly events: EventLog;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** Answers one request of any host; rejects where a connection would be cut, and when the request's signal ends a wait. */
  respond(request: Request): Promise<Response>;
}

/** A running emulator. */
export interface Emulator extends InProcessEmulator {
  /** Its address without a trailing slash: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Cuts all connections and frees the port. */
  close(): Promise<void>;
}

/**
 * Makes an emulator that opens no port: requests are handed to its `respond`. For tests of clients that can be given their
 * `fetch`. Faults, the log of requests and the subjects work as on a running one; the control API is not there.
 */
export function createEmulator(options: ApiOptions = {}): InProcessEmulator {
  return inProcess(partsOf(options, new AbortController().signal));
}

/**
 * Starts a server on this machine that behaves as OpenMeter does with subjects and customers (`/api/v1/subjects`, `/api/v1/customers`) and takes usage events
 * (`POST /api/v1/events`), with a control API of its own under `/_emulator/`.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { host = "127.0.0.1", port = 0 } = options;
  const closing = new AbortController();
  // Every request that is held up listens.
  setMaxListeners(0, closing.signal);
  const parts = partsOf(options, closing.signal);
  const server = createServer(parts);
  const url = await server.listen({ host, port });
  return {
    ...inProcess(parts),
    url,
    close: async () => {
      // Connections first: a request that is held up must end cut off, not with an answer.
      server.server.closeAllConnections();
      closing.abort();
      await server.close();
    },
  };
}

function partsOf(options: ApiOptions, closing: AbortSignal): Parts {
  const { stateFile, apiKey, latencyMs = 0, log = () => {}, subjectHook = false } = options;
  const state = stateFile === undefined ? undefined : loadState(stateFile);
  const undo = new UndoLog();
  const subjects = new SubjectStore(state?.subjects, undo);
  const customers = new Customers(new CustomerStore(state?.customers, undo), undo, state?.customers?.obligations);
  const stripe = new Stripe(undo, state?.stripe);
  if (options.stripe === true && stripe.app === undefined) {
    stripe.install();
  }
  connectHooks({ subjects, customers, stripe }, subjectHook);
  if (stateFile !== undefined) {
    const save = () =>
      saveState(stateFile, { subjects: subjects.all(), customers: customers.state(), stripe: stripe.state() });
    subjects.onChange(save);
    customers.onChange(save);
    stripe.onChange(save);
  }
  const faults = new Faults(subjects, customers);
  return {
    subjects,
    customers,
    stripe,
    events: new EventLog(),
    faults,
    requests: new RequestLog(),
    apiKey,
    latencyMs,
    log,
    closing,
  };
}

function inProcess(parts: Parts): InProcessEmulator {
  const { subjects, customers, stripe, events, faults, requests } = parts;
  return { subjects, customers, stripe, events, faults, requests, respond: (request) => respond(request, parts) };
}
