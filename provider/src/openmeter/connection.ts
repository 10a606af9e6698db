import { type Clock, systemClock } from "./clock";
import type { Configuration } from "./configuration";
import { SubjectReader } from "./reader";
import { SubjectsClient } from "./subjects-client";

/** The way to one OpenMeter during one run of the engine. */
export interface Connection {
  readonly client: SubjectsClient;
  readonly reader: SubjectReader;
}

/** Opens nothing yet: requests are sent as they are needed. */
export function connectTo(configuration: Configuration, clock: Clock = systemClock): Connection {
  const client = new SubjectsClient(configuration, clock);
  return { client, reader: new SubjectReader(client, clock) };
}
