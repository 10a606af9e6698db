/** The way to one account of one OpenMeter, during one run of the engine. */
import type { Port } from "../core/port";
import { Answers, type AnswersAbout } from "./answers";
import { type Clock, systemClock } from "./clock";
import type { Configuration } from "./configuration";
import { CustomerApi, customerAnswers } from "./customers/api";
import { customersApi } from "./customers/port";
import { Pause } from "./http/pause";
import { type Send, sendOverHttp } from "./http/send";
import type { Debug } from "./http/trace";
import { createTransport } from "./http/transport";
import { UnderwayRequests } from "./http/underway";
import { type ObjectApi, ObjectsPort } from "./objects-port";
import { Redactor } from "./redact/redactor";
import { SubjectApi, subjectAnswers } from "./subjects/api";
import { subjectsApi } from "./subjects/port";
import { Turns } from "./turns";

/** A connection, and what its users may ask and tell it. */
export interface Connection {
  readonly subjects: Port;
  readonly customers: Port;
  /** Hides the API key, and what is concealed, in what the server says. */
  readonly redactor: Redactor;
  /** How messages call the setting that holds the address. */
  readonly addressName: string;
  /** What the connection waits for, in words, when a request has been under way so many milliseconds. */
  readonly waiting: (atLeastMs: number) => string | undefined;
}

/** The edges of a connection, where they are others than the system's. */
export interface ConnectionEdges {
  readonly clock?: Clock;
  readonly send?: Send;
  /** Hears of each try of each request; by default nobody does. */
  readonly debug?: Debug;
}

/** Opens nothing yet: requests are sent as they are needed. */
export function connectTo(configuration: Configuration, edges: ConnectionEdges = {}): Connection {
  const { clock = systemClock, send = sendOverHttp(configuration), debug } = edges;
  const redactor = new Redactor(configuration.apiKey);
  const pause = new Pause(clock);
  const underway = new UnderwayRequests(clock, () => redactor.redact(configuration.baseUrl));
  const transport = createTransport({ configuration, clock, redactor, pause, underway, send, debug });
  const { maxConcurrency } = configuration;
  const portOf = (api: ObjectApi) => new ObjectsPort(api, clock, maxConcurrency);
  const answers = (about: AnswersAbout) => new Answers(configuration, redactor, about);
  const turns = new Turns();
  const subjects = new SubjectApi(configuration, transport, answers(subjectAnswers));
  const customers = new CustomerApi(configuration, transport, answers(customerAnswers));
  return {
    subjects: portOf(subjectsApi(subjects, turns, maxConcurrency)),
    customers: portOf(customersApi(customers, { turns, madeSubjects: subjects.made, maxConcurrency })),
    redactor,
    addressName: configuration.names.baseUrl,
    waiting: (atLeastMs) => underway.waiting(atLeastMs),
  };
}
