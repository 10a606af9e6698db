import { isPlainObject } from "../../../../provider/src/json";
import { Pause } from "../../../../provider/src/openmeter/pause";
import { SubjectReader } from "../../../../provider/src/openmeter/reader";
import type { OwnedFields } from "../../../../provider/src/provider/declaration";
import { PartialFailure } from "../../../../provider/src/provider/failure";
import { SubjectLifecycle } from "../../../../provider/src/provider/lifecycle";
import { Run } from "../../../../provider/src/provider/run";
import type { SetDeclaration, SetOutputs } from "../../../../provider/src/provider/set/declaration";
import { SetLifecycle } from "../../../../provider/src/provider/set/lifecycle";
import type { Work } from "../../../../provider/src/provider/set/progress";
import { FakeClock } from "../../openmeter/fake-clock";
import { problem, type SentRequest } from "../../openmeter/fake-transport";
import { SubjectsInMemory } from "../../openmeter/subjects-in-memory";
import { failureOf } from "../started-lifecycle";

/**
 * One run of the engine against one server, for sets and single subjects.
 *
 * @param declared what happens while the provider waits for the program to declare all that it declares
 */
export function startSets(server = new SubjectsInMemory(), declared: (run: Run) => void = () => {}) {
  const reports: string[] = [];
  const told: number[] = [];
  const works: Work[] = [];
  const run = new Run();
  const report = (message: string) => void reports.push(message);
  const clock = new FakeClock();
  const connection = {
    client: server.client,
    reader: new SubjectReader(server.client, clock),
    pause: new Pause(clock),
  };
  const connect = () => connection;
  const waiting = async () => declared(run);
  const sets = new SetLifecycle({
    connect,
    run,
    report,
    progress: (work, carryOut) => {
      works.push(work);
      return carryOut((done) => void told.push(done));
    },
    declared: waiting,
  });
  const single = new SubjectLifecycle(connect, run, report, waiting);
  return { server, run, sets, single, reports, told, works };
}

/** A set of these subjects. */
export function setOf(
  subjects: Readonly<Record<string, OwnedFields>>,
  options: Partial<Omit<SetDeclaration, "subjects">> = {},
): SetDeclaration {
  return { name: "customers", subjects: new Map(Object.entries(subjects)), secret: false, ...options };
}

/** So many subjects by key, `c0`, `c1`, … */
export function customers(count: number): Record<string, OwnedFields> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`c${index}`, { displayName: `Customer ${index}` }]),
  );
}

/** A run after the create of a set, with the record of requests empty. */
export async function createdSet(declaration: SetDeclaration, server = new SubjectsInMemory()) {
  const outputs = await startSets(server).sets.create(declaration);
  server.sent.length = 0;
  return { ...startSets(server), outputs };
}

/** The partial failure that an operation ends with. */
export async function partialFailureOf(operation: Promise<unknown>): Promise<PartialFailure<SetOutputs>> {
  const failure = await failureOf(operation);
  if (failure instanceof PartialFailure) return failure;
  throw new Error(`not a partial failure: ${failure.message}`);
}

/** What a partial failure says of single subjects, and of what stopped it. */
export function detailsOf({ reasons }: PartialFailure<SetOutputs>): string[] {
  return reasons.filter((reason) => !reason.startsWith("set "));
}

/** A rule of a server that refuses every upsert with one of these keys in it. */
export function refusing(...keys: string[]): (request: SentRequest) => Response | undefined {
  return ({ body }) => {
    const bad = itemsOf(body).find(({ key }) => keys.includes(String(key)));
    return bad === undefined ? undefined : problem(400, `${String(bad.key)} is bad`, "Bad Request");
  };
}

/** The items of an upsert. */
export function itemsOf(body: unknown): Record<string, unknown>[] {
  return Array.isArray(body) ? body.filter(isPlainObject) : [];
}

/** The server's records in short, by key, without ids. */
export function held(server: SubjectsInMemory): Record<string, unknown> {
  return Object.fromEntries(
    server.records.map(({ id: _id, key, metadata, ...fields }) => [
      key,
      { ...fields, ...(isPlainObject(metadata) && Object.keys(metadata).length > 0 && { metadata }) },
    ]),
  );
}

/** The ids that the server has given, by key. */
export function idsOf(server: SubjectsInMemory): Map<string, string> {
  return new Map(server.records.map(({ key, id }) => [key, id]));
}
