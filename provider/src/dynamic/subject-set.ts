import { setFlagsFromString } from "node:v8";
import type { dynamic } from "@pulumi/pulumi";
import { mapValues, type Problem } from "../json";
import { systemClock } from "../openmeter/clock";
import { unknown } from "../provider/declaration";
import { SubjectFailure } from "../provider/failure";
import { decodeSubjects, encodeSubjects, isPacked, pack, parseObject } from "../provider/set/codec";
import type { SetDeclaration, SetOutputs, Subjects } from "../provider/set/declaration";
import { checkSet, notAnInputOfSets, type PreviewedSet } from "../provider/set/inputs";
import { SetLifecycle } from "../provider/set/lifecycle";
import { withProgress } from "../provider/set/progress";
import { asSecret, failed, failuresOf, forHost, fromHost, type Properties, toHost } from "./host";
import { configurationFailures, configure, connect, declared, report, run } from "./run";

const lifecycle = new SetLifecycle({
  connect,
  run,
  report,
  progress: (work, carryOut) =>
    withProgress(work, { report, clock: systemClock, isPaused: () => connect().pause.isOn }, carryOut),
  declared,
});

/** What the program side says beside the inputs: the resource's name, and whether any value, or a key, is secret. */
const nameKey = "__setName";
const secretKey = "__hasSecrets";
const secretKeysKey = "__hasSecretKeys";

/** What the program says of its other resources. It is of this run alone: check keeps it from the state and from diffs. */
const elsewhereKey = "__elsewhere";

/** Marks what a failure has left in the state: there the inputs are those that failed, and not what the outputs say. */
const partialKey = "__partial";

/** What these are called in a declaration. A program's own inputs of these names would be taken for them. */
const reserved = ["name", "secret", "secretKeys"];

/** Makes the provider that the host asks for by the constant string in each set's state. */
export function subjectSet(): dynamic.ResourceProvider {
  return { configure, check, diff, create, read, update, delete: remove };
}

/** From this many characters on, a set is large: some 30,000 subjects. */
const largeText = 8 * 1024 * 1024;

/**
 * A set of 100,000 makes much garbage in the host's messages. V8 would let its heap double before it collects: a process of
 * 1,000 MB, which this makes some 250 MB smaller and 5 % slower. An unknown flag draws a line on the standard error and does
 * no harm.
 */
function spareMemory({ subjects }: Properties): void {
  // What is packed was too large for a failure to carry.
  if (isPacked(subjects) || String(subjects).length >= largeText) setFlagsFromString("--heap-growing-percent=20");
}

async function check(previous: Properties, given: Properties): Promise<dynamic.CheckResult<Properties>> {
  spareMemory(given);
  const { [elsewhereKey]: elsewhere, ...raw } = given;
  if (typeof elsewhere === "string") run.declareElsewhere(elsewhere);
  if (typeof raw.subjects === "string" && raw.subjects === previous.subjects) {
    const checked = checkSet({ ...inputsFrom(raw), subjects: unknown });
    if (checked.ok && reservedInputs(raw).length === 0) {
      lifecycle.unchanged(checked.declaration.name, subjectsOnce(raw.subjects));
      return {
        inputs: { ...properties(checked.declaration), subjects: raw.subjects },
        failures: configurationFailures(),
      };
    }
  }
  const before = "subjects" in previous ? keysOf(previous.subjects) : undefined;
  const checked = lifecycle.check(inputsFrom(raw), before);
  const failures = configurationFailures();
  const problems = [...reservedInputs(raw), ...(checked.ok ? [] : checked.problems)];
  failures.push(...failuresOf(problems, (property) => property !== "subjects"));
  if (checked.ok && failures.length === 0)
    failures.push(...(await failed(() => lifecycle.foresee(checked.declaration, before))));
  return { inputs: checked.ok ? properties(checked.declaration) : raw, failures };
}

async function diff(_id: string, previous: Properties, raw: Properties): Promise<dynamic.DiffResult> {
  return told(raw, async () => {
    // Nearly always nothing has changed, and then ten megabytes need not be read.
    if (raw.subjects === previous.subjects) {
      const nothing = { subjects: new Map(), ids: new Map() };
      return { changes: lifecycle.diff({ ...options(previous), ...nothing }, { ...options(raw), ...nothing }) };
    }
    return { changes: lifecycle.diff(outputsFrom(previous), checkedBefore(raw)) };
  });
}

async function create(raw: Properties): Promise<dynamic.CreateResult<Properties>> {
  return told(raw, async () => {
    const outputs = await lifecycle.create(known(raw));
    return { id: outputs.name, outs: outputProperties(outputs) };
  });
}

async function update(_id: string, previous: Properties, raw: Properties): Promise<dynamic.UpdateResult<Properties>> {
  return told(raw, async () => ({ outs: outputProperties(await lifecycle.update(outputsFrom(previous), known(raw))) }));
}

async function read(id: string, previous: Properties): Promise<dynamic.ReadResult<Properties>> {
  return told(previous, async () => {
    const before = outputsFrom(previous);
    const outputs = await lifecycle.read(before);
    // Ten megabytes that are as they were need not be written out again, nor sent twice: without inputs the engine keeps
    // those of the state. What a failure has left is written out, to lie there as always.
    if (outputs === before && previous[partialKey] !== true) {
      return { id, props: { ...previous, subjectIds: idsOutput(previous.subjectIds, before) } };
    }
    return { id, props: outputProperties(outputs), inputs: properties(outputs) };
  });
}

async function remove(_id: string, previous: Properties): Promise<void> {
  return told(previous, () => lifecycle.delete(outputsFrom(previous)));
}

function reservedInputs(raw: Properties): Problem[] {
  return reserved.filter((name) => Object.hasOwn(raw, name)).map(notAnInputOfSets);
}

function told<T>(raw: Properties, operation: () => Promise<T>): Promise<T> {
  spareMemory(raw);
  return forHost(raw, [partialProperties, packedProperties], operation);
}

/** Inputs that check has let through, in the form that it gave them: not checked again, which takes a second for 100,000. */
function checkedBefore(raw: Properties): PreviewedSet {
  const { subjects } = fromHost(raw);
  return { ...options(raw), subjects: subjects === unknown ? unknown : decodeSubjects(subjects) };
}

function known(raw: Properties): SetDeclaration {
  const { subjects, onExisting, maxDeletions, ...rest } = checkedBefore(raw);
  if (subjects === unknown || onExisting === unknown || maxDeletions === unknown) {
    throw new SubjectFailure("a value of the set is not known yet, so nothing was sent");
  }
  return {
    ...rest,
    subjects,
    ...(onExisting !== undefined && { onExisting }),
    ...(maxDeletions !== undefined && { maxDeletions }),
  };
}

/** Options as check or this provider's own outputs have them, so their shape is known. */
function options(properties: Properties): Omit<SetDeclaration, "subjects"> {
  const { subjects: _subjects, subjectIds: _ids, secret, secretKeys, ...rest } = inputsFrom(properties);
  return {
    ...(rest as unknown as Omit<SetDeclaration, "subjects">),
    secret: secret === true,
    ...(secretKeys === true && { secretKeys }),
  };
}

function subjectsOnce(text: string): () => Subjects {
  let subjects: Subjects | undefined;
  return () => {
    subjects ??= decodeSubjects(text);
    return subjects;
  };
}

function keysOf(text: unknown): ReadonlySet<string> {
  return new Set(Object.keys(parseObject(text)));
}

function inputsFrom(raw: Properties): Properties {
  const {
    [nameKey]: name,
    [secretKey]: secret,
    [secretKeysKey]: secretKeys,
    [partialKey]: _partial,
    ...declaredInputs
  } = fromHost(raw);
  return { ...declaredInputs, name, secret, secretKeys };
}

function outputsFrom(state: Properties): SetOutputs {
  const { subjects, subjectIds } = state;
  const ids = new Map(Object.entries(mapValues(parseObject(subjectIds), String)));
  return { ...options(state), subjects: decodeSubjects(subjects), ids };
}

function properties({ name, secret, secretKeys, subjects, onExisting, maxDeletions }: PreviewedSet): Properties {
  return toHost({
    subjects: subjects === unknown ? unknown : encodeSubjects(subjects),
    ...(onExisting !== undefined && { onExisting }),
    ...(maxDeletions !== undefined && { maxDeletions }),
    [nameKey]: name,
    ...(secret && { [secretKey]: true }),
    ...(secretKeys && { [secretKeysKey]: true }),
  });
}

function outputProperties(outputs: SetOutputs): Properties {
  return { ...properties(outputs), subjectIds: idsOutput(encodeIds(outputs), outputs) };
}

/** The same as a failure leaves them. */
function partialProperties(outputs: SetOutputs): Properties {
  return { ...outputProperties(outputs), [partialKey]: true };
}

/** The same in a fraction of the space, for where a failure must carry them; the next success or refresh unpacks them. */
function packedProperties(outputs: SetOutputs): Properties {
  const { subjects, ...rest } = properties(outputs);
  const subjectIds = idsOutput(pack(encodeIds(outputs)), outputs);
  return { ...rest, subjects: pack(String(subjects)), subjectIds, [partialKey]: true };
}

function encodeIds({ ids }: SetOutputs): string {
  return JSON.stringify(Object.fromEntries([...ids.keys()].sort().map((key) => [key, ids.get(key)])));
}

/** By itself the engine takes an output for secret where the input of the same name is, and there is none of this name. */
function idsOutput(ids: unknown, { secret }: SetOutputs): unknown {
  return secret ? asSecret(ids) : ids;
}
