/**
 * The door through which Pulumi's dynamic host finds this provider: everything that is peculiar to that host is here.
 *
 * The state of every stack names this module and the export `subject` as `pulumi-openmeter/dynamic` (see
 * resources/provider-string.ts). They may never be renamed or moved.
 */
import type { dynamic } from "@pulumi/pulumi";
import { formatPath, isPlainObject, mapValues, type Problem } from "./json";
import { type ConfigurationResult, configurationKeys, readConfiguration } from "./openmeter/configuration";
import { SubjectsClient } from "./openmeter/subjects-client";
import { type PreviewedDeclaration, type SubjectOutputs, unknown } from "./provider/declaration";
import { notFound, StoredOtherwise, SubjectFailure } from "./provider/failure";
import { checkInputs, knownDeclaration } from "./provider/inputs";
import { SubjectLifecycle } from "./provider/lifecycle";
import { Run } from "./provider/run";

type Properties = Record<string, unknown>;

/** How the host spells a value that is not known yet (Pulumi's `unknownValue`), also inside of other values. */
const unknownSentinel = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Names that are no inputs of a subject: the host's own, and what the program side says of secrets. */
const hostKey = "__provider";
const secretFieldsKey = "__secretFields";

/** One process of the host serves one operation on one stack: one run with one configuration. */
const run = new Run();
const lifecycle = new SubjectLifecycle(connect, run, (message) => console.log(message));
let configured: ConfigurationResult = { ok: false, problems: ["the provider was used before it was configured"] };
let client: SubjectsClient | undefined;

/** Makes the provider that the host asks for by the constant string in each resource's state. */
export function subject(): dynamic.ResourceProvider {
  return { configure, check, diff, create, read, update, delete: remove };
}

/** All of its work is done before the host could go on: the host puts a provider to use before it has awaited this. */
async function configure({ config }: dynamic.ConfigureRequest): Promise<void> {
  configured = readConfiguration(stackConfig(config), process.env);
  if (configured.ok) for (const warning of configured.warnings) console.warn(`warning: ${warning}`);
}

async function check(previous: Properties, raw: Properties): Promise<dynamic.CheckResult<Properties>> {
  const checked = lifecycle.check(fromHost(raw), "key" in previous);
  const ofConfiguration = configured.ok ? [] : configured.problems.map((reason) => ({ property: "", reason }));
  const ofInputs = checked.ok
    ? []
    : checked.problems.map(({ path, reason }) => ({
        property: formatPath(path),
        reason: `${formatPath(path)} ${reason}`,
      }));
  return {
    inputs: checked.ok ? toHost(checked.declaration) : raw,
    failures: [...ofConfiguration, ...ofInputs],
  };
}

async function diff(_id: string, previous: Properties, raw: Properties): Promise<dynamic.DiffResult> {
  return forHost(async () => {
    const checked = checkInputs(fromHost(raw));
    if (!checked.ok) throw invalid(checked.problems);
    const found = lifecycle.diff({ outputs: outputsFrom(previous) }, checked.declaration);
    const replaces = found.filter(({ kind }) => kind === "replace").map(({ path }) => formatPath(path));
    return { changes: found.length > 0, replaces };
  });
}

async function create(raw: Properties): Promise<dynamic.CreateResult<Properties>> {
  return forHost(async () => {
    const outputs = await lifecycle.create(knownDeclaration(fromHost(raw)));
    return { id: outputs.key, outs: toHost(outputs) };
  });
}

async function update(_id: string, previous: Properties, raw: Properties): Promise<dynamic.UpdateResult<Properties>> {
  return forHost(async () => {
    const outputs = await lifecycle.update({ outputs: outputsFrom(previous) }, knownDeclaration(fromHost(raw)));
    return { outs: toHost(outputs) };
  });
}

/** Inputs come back too: without them, Pulumi from 3.216 on shows every property as changed after a refresh. */
async function read(id: string, previous: Properties): Promise<dynamic.ReadResult<Properties>> {
  return forHost(async () => {
    // A look-up (`Subject.get`) brings only the id.
    const known = "key" in previous ? outputsFrom(previous) : undefined;
    const found = await lifecycle.read(known?.key ?? id, known);
    // To a refresh, an empty id says that the resource is gone. A look-up would take it for a subject without fields.
    if (found === undefined && known === undefined) throw notFound(id);
    if (found === undefined) return { id: "", props: {} };
    return { id: found.outputs.key, props: toHost(found.outputs), inputs: toHost(found.inputs) };
  });
}

async function remove(_id: string, previous: Properties): Promise<void> {
  return forHost(() => lifecycle.delete({ outputs: outputsFrom(previous) }));
}

function connect(): SubjectsClient {
  if (!configured.ok)
    throw new SubjectFailure(`the OpenMeter provider is not configured: ${configured.problems.join("; ")}`);
  client ??= new SubjectsClient(configured.configuration);
  return client;
}

/**
 * The stack's whole configuration. The host offers only a look-up of known names; unknown ones under `openmeter:` are
 * typing errors that should be told, so the record behind it is read where it is found.
 */
function stackConfig(config: dynamic.Config): Properties {
  const raw: unknown = Reflect.get(config, "rawConfig");
  if (isPlainObject(raw)) return raw;
  return Object.fromEntries(configurationKeys.map((key) => [`openmeter:${key}`, config.get(`openmeter:${key}`)]));
}

function fromHost({ [hostKey]: _code, [secretFieldsKey]: secretFields, ...properties }: Properties): Properties {
  const declared = mapValues(properties, fromSentinel);
  return secretFields === undefined ? declared : { ...declared, secretFields };
}

function fromSentinel(value: unknown): unknown {
  if (value === unknownSentinel) return unknown;
  if (Array.isArray(value)) return value.map(fromSentinel);
  return isPlainObject(value) ? mapValues(value, fromSentinel) : value;
}

function toHost({ secretFields, ...properties }: PreviewedDeclaration): Properties {
  const spelled = mapValues(properties, toSentinel);
  return secretFields === undefined ? spelled : { ...spelled, [secretFieldsKey]: secretFields };
}

function toSentinel(value: unknown): unknown {
  if (value === unknown) return unknownSentinel;
  if (Array.isArray(value)) return value.map(toSentinel);
  return isPlainObject(value) ? mapValues(value, toSentinel) : value;
}

/** Outputs as this provider wrote them into the state, so their shape is known. */
function outputsFrom(properties: Properties): SubjectOutputs {
  return fromHost(properties) as unknown as SubjectOutputs;
}

function invalid(problems: readonly Problem[]): SubjectFailure {
  return new SubjectFailure(problems.map(({ path, reason }) => `${formatPath(path)} ${reason}`).join("; "));
}

/** Gives errors the shape that the host turns into the best message. */
async function forHost<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (!(error instanceof SubjectFailure)) throw error;
    // Of diff, read and delete the host also prints `${error}: ${error.stack}`. The stack tells a user nothing.
    error.stack = "the provider's own words; the engine repeats them below";
    if (error instanceof StoredOtherwise) {
      // With these properties the engine keeps the resource in the state, as "initialization failed".
      Object.assign(error, { id: error.key, properties: toHost(error.outputs) });
    }
    throw error;
  }
}
