import { type Clock, systemClock } from "./clock";
import type { Configuration } from "./configuration";
import { Pause } from "./pause";
import { SubjectReader } from "./reader";
import { Redactor } from "./redactor";
import { SubjectsClient } from "./subjects-client";
import { createTransport } from "./transport";

/** The way to one OpenMeter during one run of the engine. */
export interface Connection {
  readonly client: SubjectsClient;
  readonly reader: SubjectReader;
  /** Whether and until when the server has asked for patience. */
  readonly pause: Pause;
}

/** Opens nothing yet: requests are sent as they are needed. */
export function connectTo(configuration: Configuration, clock: Clock = systemClock): Connection {
  const redactor = new Redactor(configuration.apiKey);
  const pause = new Pause(clock);
  const transport = createTransport(configuration, clock, redactor, undefined, pause);
  const client = new SubjectsClient(configuration, transport, redactor);
  return { client, reader: new SubjectReader(client, clock), pause };
}
