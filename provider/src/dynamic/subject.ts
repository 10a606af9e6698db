import type { dynamic } from "@pulumi/pulumi";
import { formatPath, isPlainObject, mapValues, type Problem } from "../json";
import type { Declaration, PreviewedDeclaration, SubjectOutputs } from "../provider/declaration";
import { notFound } from "../provider/failure";
import { checkInputs, knownDeclaration, notAnInput } from "../provider/inputs";
import { SubjectLifecycle } from "../provider/lifecycle";
import { asSecret, failed, failuresOf, forHost, fromHost, invalid, type Properties, toHost } from "./host";
import { configurationFailures, configure, connect, declared, report, run } from "./run";

const lifecycle = new SubjectLifecycle(connect, run, report, declared);

/** What the program side says of secrets; the host hands over bare values. */
const secretFieldsKey = "__secretFields";

/** Makes the provider that the host asks for by the constant string in each subject's state. */
export function subject(): dynamic.ResourceProvider {
  return { configure, check, diff, create, read, update, delete: remove };
}

async function check(previous: Properties, raw: Properties): Promise<dynamic.CheckResult<Properties>> {
  const inputs = inputsFrom(raw);
  const checked = lifecycle.check(inputs, "key" in previous);
  const isShown = (property: string) => !(Array.isArray(inputs.secretFields) && inputs.secretFields.includes(property));
  const failures = configurationFailures();
  const problems = [...reservedInputs(raw), ...(checked.ok ? [] : checked.problems)];
  failures.push(...failuresOf(problems, isShown));
  if (checked.ok && failures.length === 0) {
    failures.push(...(await failed(() => lifecycle.foresee(checked.declaration, "key" in previous))));
  }
  return { inputs: checked.ok ? properties(checked.declaration) : raw, failures };
}

async function diff(_id: string, previous: Properties, raw: Properties): Promise<dynamic.DiffResult> {
  return told(raw, async () => {
    const checked = checkInputs(inputsFrom(raw));
    if (!checked.ok) throw invalid(checked.problems);
    const found = lifecycle.diff({ outputs: outputsFrom(previous) }, checked.declaration);
    const replaces = found.filter(({ kind }) => kind === "replace").map(({ path }) => formatPath(path));
    return { changes: found.length > 0, replaces };
  });
}

async function create(raw: Properties): Promise<dynamic.CreateResult<Properties>> {
  return told(raw, async () => {
    const outputs = await lifecycle.create(knownDeclaration(inputsFrom(raw)));
    return { id: outputs.key, outs: properties(outputs) };
  });
}

async function update(_id: string, previous: Properties, raw: Properties): Promise<dynamic.UpdateResult<Properties>> {
  return told(raw, async () => {
    const outputs = await lifecycle.update({ outputs: outputsFrom(previous) }, knownDeclaration(inputsFrom(raw)));
    return { outs: properties(outputs) };
  });
}

/** Inputs come back too: without them, Pulumi from 3.216 on shows every property as changed after a refresh. */
async function read(id: string, previous: Properties): Promise<dynamic.ReadResult<Properties>> {
  return told(previous, async () => {
    // A look-up (`Subject.get`) brings only the id.
    const known = "key" in previous ? outputsFrom(previous) : undefined;
    const found = await lifecycle.read(known?.key ?? id, known);
    // To a refresh, an empty id says that the resource is gone. A look-up would take it for a subject without fields.
    if (found === undefined && known === undefined) throw notFound(id);
    if (found === undefined) return { id: "", props: {} };
    const live = (declaration: Declaration) => sealed(properties(declaration), known);
    return { id: found.outputs.key, props: live(found.outputs), inputs: live(found.inputs) };
  });
}

async function remove(_id: string, previous: Properties): Promise<void> {
  return told(previous, () => lifecycle.delete({ outputs: outputsFrom(previous) }));
}

/** A program's own input of the name that `__secretFields` has in a declaration would be taken for that. */
function reservedInputs(raw: Properties): Problem[] {
  return Object.hasOwn(raw, "secretFields") ? [notAnInput("secretFields")] : [];
}

function told<T>(raw: Properties, operation: () => Promise<T>): Promise<T> {
  return forHost(raw, [(outputs: SubjectOutputs) => sealed(properties(outputs), inputsFrom(raw))], operation);
}

/**
 * Live properties for the state. The engine takes what lies where the program has a secret for one; other entries of that
 * metadata may be the same secret, moved by whoever changed it.
 */
function sealed(
  live: Properties,
  declared: { readonly secretFields?: unknown; readonly metadata?: unknown } = {},
): Properties {
  const { secretFields, metadata } = declared;
  if (live.metadata === undefined || !Array.isArray(secretFields) || !secretFields.includes("metadata")) return live;
  return { ...live, metadata: sealedEntries(live.metadata, metadata) };
}

function sealedEntries(live: unknown, declared: unknown): unknown {
  if (!isPlainObject(live) || !isPlainObject(declared)) return live;
  return mapValues(live, (value, name) =>
    Object.hasOwn(declared, name) ? sealedEntries(value, declared[name]) : asSecret(value),
  );
}

function inputsFrom(raw: Properties): Properties {
  const { [secretFieldsKey]: secretFields, ...declared } = fromHost(raw);
  return secretFields === undefined ? declared : { ...declared, secretFields };
}

/** Outputs as this provider wrote them into the state, so their shape is known. */
function outputsFrom(state: Properties): SubjectOutputs {
  return inputsFrom(state) as unknown as SubjectOutputs;
}

function properties({ secretFields, ...declared }: Declaration | PreviewedDeclaration): Properties {
  return { ...toHost(declared), ...(secretFields !== undefined && { [secretFieldsKey]: secretFields }) };
}
