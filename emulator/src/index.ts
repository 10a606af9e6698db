import { setMaxListeners } from "node:events";
import { EventLog } from "./event-log";
import { Faults } from "./faults";
import { RequestLog } from "./request-log";
import { createServer } from "./server";
import { loadState, saveState } from "./state-file";
import { SubjectStore } from "./store";

export type { EventLog, UsageEvent } from "./event-log";
export type { Fault, FaultAction, FaultMatch, FaultOptions } from "./fault";
export { mergeIntoSubjects } from "./fault";
export type { Faults } from "./faults";
export type { RequestLog, RequestRecord } from "./request-log";
export type { SubjectStore } from "./store";
export type { JsonObject, JsonValue, Subject, SubjectUpsert } from "./subject";

export interface EmulatorOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** When set, every call to the Subject API needs it as a Bearer token. */
  readonly apiKey?: string;
  /** A JSON file to load the subjects from, if it is there, and to write them to after every change. */
  readonly stateFile?: string;
  /** Called with one line per call to the Subject API. */
  readonly log?: (line: string) => void;
  /** Waits so long before it carries out any call. Default 0. */
  readonly latencyMs?: number;
}

/** A running emulator. */
export interface Emulator {
  /** Its address without a trailing slash: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** The subjects themselves, to look at and to change behind the API's back. */
  readonly subjects: SubjectStore;
  /** The usage events that have been sent. */
  readonly events: EventLog;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** Cuts all connections and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts a server on this machine that behaves as OpenMeter's Subject API does (`/api/v1/subjects`) and takes usage events
 * (`POST /api/v1/events`), with a control API of its own under `/_emulator/`.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { host = "127.0.0.1", port = 0, stateFile } = options;
  const subjects = new SubjectStore(stateFile === undefined ? [] : loadState(stateFile));
  if (stateFile !== undefined) {
    subjects.onChange(() => saveState(stateFile, subjects.all()));
  }
  const events = new EventLog();
  const faults = new Faults(subjects);
  const requests = new RequestLog();
  const closing = new AbortController();
  // Every request that is held up listens.
  setMaxListeners(0, closing.signal);
  const server = createServer({
    subjects,
    events,
    faults,
    requests,
    apiKey: options.apiKey,
    latencyMs: options.latencyMs ?? 0,
    log: options.log ?? (() => {}),
    closing: closing.signal,
  });
  const url = await server.listen({ host, port });
  return {
    url,
    subjects,
    events,
    faults,
    requests,
    close: async () => {
      // Connections first: a request that is held up must end cut off, not with an answer.
      server.server.closeAllConnections();
      closing.abort();
      await server.close();
    },
  };
}
