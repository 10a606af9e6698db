import { type Input, isSecret, log, type Output, output, RunError, runtime } from "@pulumi/pulumi";
import type { LiveObject } from "../core/port";
import { isPlainObject, type JsonObject, type JsonValue, jsonEqual } from "../json";
import type { Connection } from "../openmeter/connection";
import { quoted } from "../printable";
import { warnOfPlainKey } from "./plain-key";
import { currentRun } from "./run";

/** A subject as OpenMeter has it, whoever manages it. */
export interface SubjectInfo {
  /** The `subject` of its usage events. */
  readonly key: string;
  /** The name that people see. */
  readonly displayName?: string;
  /** Empty when there is none. */
  readonly metadata: JsonObject;
  /** `cus_…` */
  readonly stripeCustomerId?: string;
  /** OpenMeter's identifier of the record, a ULID. */
  readonly subjectId: string;
}

/** Which subjects to list: those that meet all conditions that are given. */
export interface SubjectFilter {
  /** What the key begins with. */
  readonly keyPrefix?: string;
  /** The whole Stripe customer ID, `cus_…`. */
  readonly stripeCustomerId?: string;
  /** Entries that the metadata must have, with equal values; it may have others. */
  readonly metadata?: { readonly [key: string]: JsonValue };
}

/**
 * Looks up a subject (`GET /api/v1/subjects/{key}`), with the stack's configuration, in previews too. Makes no resource:
 * nothing of it is in the state.
 *
 * @throws {RunError} in the output when there is no such subject, or OpenMeter cannot be asked
 *
 * @example
 * ```ts
 * import { getSubject } from "pulumi-openmeter";
 *
 * export const plan = getSubject("customer-42").metadata.plan;
 * ```
 */
export function getSubject(key: Input<string>): Output<SubjectInfo> {
  return lookUp(key, (found, shownKey) => {
    if (found !== undefined) {
      return found;
    }
    throw new RunError(
      `getSubject: there is no subject ${shownKey} in OpenMeter. Check the key and openmeter:baseUrl, or use getSubjectOrUndefined`,
    );
  });
}

/**
 * Looks up a subject that may not exist; otherwise as {@link getSubject}.
 *
 * @example
 * ```ts
 * import { getSubjectOrUndefined } from "pulumi-openmeter";
 *
 * export const known = getSubjectOrUndefined("customer-42").apply((subject) => subject !== undefined);
 * ```
 */
export function getSubjectOrUndefined(key: Input<string>): Output<SubjectInfo | undefined> {
  return lookUp(key, (found) => found);
}

/**
 * Lists subjects (`GET /api/v1/subjects`: the whole account, of which the filter keeps a part), with the stack's
 * configuration, in previews too. Subjects that contain the API key are left out, and a warning counts them.
 *
 * @throws {RunError} in the output when OpenMeter cannot be asked
 *
 * @example
 * ```ts
 * import { listSubjects } from "pulumi-openmeter";
 *
 * export const enterprise = listSubjects({ keyPrefix: "customer-", metadata: { plan: "enterprise" } }).apply((subjects) =>
 *   subjects.map(({ key }) => key),
 * );
 * ```
 */
export function listSubjects(filter: SubjectFilter = {}): Output<SubjectInfo[]> {
  const connection = connectionOfRun();
  return output("list").apply(async (what): Promise<SubjectInfo[]> => {
    const asked = `listSubjects: the ${what}`;
    const { objects, withheld } = await answered(connection, asked, ({ subjects }) => subjects.list());
    if (withheld.length > 0) {
      const which = `${withheld.length} ${withheld.length === 1 ? "subject that contains" : "subjects that contain"}`;
      const next = "Remove the key from their data in OpenMeter, and make a new one.";
      log.warn(`listSubjects leaves out ${which} the API key. ${next}`);
    }
    return objects.map(infoOf).filter((subject) => matches(subject, filter));
  });
}

function lookUp<T>(key: Input<string>, take: (found: SubjectInfo | undefined, shownKey: string) => T): Output<T> {
  const connection = connectionOfRun();
  const asked = output(key);
  const secret = isSecret(asked);
  return asked.apply(async (wanted): Promise<T> => {
    const shownKey = (await secret) ? "[secret]" : quoted(wanted);
    const found = await answered(connection, `getSubject: subject ${shownKey}`, ({ subjects, redactor }) => {
      if (shownKey === "[secret]") {
        redactor.conceal(() => [wanted]);
      }
      return subjects.get(wanted);
    });
    return take(found === undefined ? undefined : infoOf(found), shownKey);
  });
}

function matches(subject: SubjectInfo, { keyPrefix, stripeCustomerId, metadata }: SubjectFilter): boolean {
  const wanted = Object.entries(metadata ?? {});
  return (
    subject.key.startsWith(keyPrefix ?? "") &&
    (stripeCustomerId === undefined || subject.stripeCustomerId === stripeCustomerId) &&
    wanted.every(([name, value]) => Object.hasOwn(subject.metadata, name) && jsonEqual(subject.metadata[name], value))
  );
}

function infoOf({ id, key, fields }: LiveObject): SubjectInfo {
  const { metadata } = fields;
  // The fields were read by the kind's table, which says what each of them is.
  return { ...fields, key, metadata: isPlainObject(metadata) ? metadata : {}, subjectId: id } as SubjectInfo;
}

/** One connection for each run of a program. */
const connections = new WeakMap<object, Promise<Connection>>();

/** Taken at the call and not in an `apply`, where the run may not be known any more. */
function connectionOfRun(): Promise<Connection> {
  const run = currentRun();
  warnOfPlainKey(run);
  const known = run === undefined ? undefined : connections.get(run);
  if (known !== undefined) {
    return known;
  }
  const connection = connect(runtime.allConfig());
  // Told by each look-up that awaits it.
  connection.catch(() => {});
  if (run !== undefined) {
    connections.set(run, connection);
  }
  return connection;
}

async function connect(stackConfig: Readonly<Record<string, string>>): Promise<Connection> {
  // Loaded when needed: programs that look nothing up pay neither for the client nor for zod.
  const [{ readConfiguration }, { connectTo }, { isDebugging }] = await Promise.all([
    import("../openmeter/configuration.js"),
    import("../openmeter/connection.js"),
    import("../openmeter/http/trace.js"),
  ]);
  const configured = readConfiguration(stackConfig, process.env);
  if (!configured.ok) {
    throw new RunError(`the OpenMeter provider is not configured: ${configured.problems.join("; ")}`);
  }
  for (const warning of configured.warnings) {
    log.warn(warning);
  }
  const shown = isDebugging(process.env) ? log.info : log.debug;
  return connectTo(configured.configuration, { debug: (line) => void shown(line) });
}

type Ask<T> = (connection: Connection) => Promise<T>;

async function answered<T>(connecting: Promise<Connection>, what: string, ask: Ask<T>): Promise<T> {
  const connection = await connecting;
  const { OpenMeterError } = await import("../openmeter/errors.js");
  try {
    return await ask(connection);
  } catch (error) {
    if (!(error instanceof OpenMeterError)) {
      throw error;
    }
    throw new RunError(`${what} was not read: ${error.message}`);
  }
}
