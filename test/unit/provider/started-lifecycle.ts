import { Pause } from "../../../provider/src/openmeter/pause";
import { SubjectReader } from "../../../provider/src/openmeter/reader";
import type { Declaration } from "../../../provider/src/provider/declaration";
import { SubjectLifecycle } from "../../../provider/src/provider/lifecycle";
import { Run } from "../../../provider/src/provider/run";
import { FakeClock } from "../openmeter/fake-clock";
import { SubjectsInMemory } from "../openmeter/subjects-in-memory";

/**
 * One run of the engine against one server.
 *
 * @param declared what happens while the provider waits for the program to declare all that it declares
 */
export function start(server = new SubjectsInMemory(), declared: (run: Run) => void | Promise<void> = () => {}) {
  const reports: string[] = [];
  const run = new Run();
  const clock = new FakeClock();
  const connection = {
    client: server.client,
    reader: new SubjectReader(server.client, clock),
    pause: new Pause(clock),
  };
  const lifecycle = new SubjectLifecycle(
    () => connection,
    run,
    (message) => reports.push(message),
    async () => declared(run),
  );
  return { server, run, lifecycle, reports };
}

/** The error that an operation fails with. */
export async function failureOf(operation: Promise<unknown>): Promise<Error> {
  try {
    await operation;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("the operation did not fail");
}

/** A run after the create of one subject, with the record of requests empty. */
export async function created(declaration: Declaration) {
  const started = start();
  const outputs = await started.lifecycle.create(declaration);
  started.server.sent.length = 0;
  return { ...started, outputs };
}
