/** Many objects in one resource: their inputs are one text. What is in it is decided by the core, as for a single object. */
import { marksProperty } from "../contract";
import { checkObjects, checkOptions, conflictProblems, notInputs, optionNames, unclearedProblems } from "../core/check";
import type { Declarer, Preview, State } from "../core/declaration";
import { tooManyDeletions } from "../core/guard";
import type { MembersLifecycle } from "../core/members";
import { foresee } from "../core/observe";
import { isWork, optionsDiffer, workOf } from "../core/plan";
import type { Fields, RecordId } from "../core/port";
import { Reconciler, workOfPreview } from "../core/reconcile";
import { release } from "../core/release";
import type { Surroundings } from "../core/surroundings";
import { isUnknown, unknown } from "../core/unknown";
import { shortName } from "../core/words";
import { isPlainObject, problemsAt } from "../json";
import { asFailures, failuresOf, known, marksOf, type Properties, type ResourceOperations, Secret } from "./resource";
import type { Session } from "./session";
import { decodeByKey, encodeByKey, pack } from "./set-text";

const nothing: Pick<State, "objects" | "ids"> = { objects: new Map(), ids: new Map() };

/** The operations on sets of objects. */
export function setResource(around: Surroundings, session: Session, members: MembersLifecycle): ResourceOperations {
  const { kind, run } = around;
  const { objects: objectsName, ids: idsName } = kind.names;
  const inputNames = [objectsName, ...optionNames.set];
  const reconciler = new Reconciler(around);

  const declarerOf = (properties: Properties): Declarer => {
    const { urn, secrets = [], secretKeys } = marksOf(properties);
    return {
      urn,
      label: setLabel(urn),
      isSet: true,
      secretFields: secrets.includes(objectsName) ? Object.keys(kind.fields) : [],
      secretKeys: secretKeys === true,
    };
  };
  const headOf = (properties: Properties) => {
    return { ...declarerOf(properties), options: checkOptions(properties, optionNames.set).value };
  };
  /** Inputs that check has let through, in the form that it gave them: not checked again, which takes a second for 100,000. */
  const previewOf = (properties: Properties): Preview => {
    const text = properties[objectsName];
    return { ...headOf(properties), objects: isUnknown(text) ? unknown : objectsIn(text) };
  };
  const knownOf = (properties: Properties) => known(previewOf(properties), "set");
  const stateOf = (properties: Properties): State => ({ ...knownOf(properties), ids: idsIn(properties[idsName]) });
  const propertiesOf = ({ options, objects }: Pick<Preview, "options" | "objects">, from: Properties): Properties => ({
    [objectsName]: isUnknown(objects) ? unknown : encodeByKey(objects),
    ...options,
    [marksProperty]: marksOf(from),
  });
  /** By itself the engine takes an output for secret where the input of the same name is, and there is none of this name. */
  const idsOutput = (ids: string, from: Properties): unknown =>
    declarerOf(from).secretFields.length > 0 ? new Secret(ids) : ids;
  const outputsOf = (state: State, from: Properties): Properties => ({
    ...propertiesOf(state, withoutPartial(from)),
    [idsName]: idsOutput(encodeByKey(state.ids), from),
  });

  return {
    async check(olds, news) {
      const { [marksProperty]: _marks, ...raw } = news;
      const { value: options, problems: optionProblems } = checkOptions(raw, optionNames.set);
      const who = declarerOf(news);
      const text = raw[objectsName];
      const isUnchanged = typeof text === "string" && text === olds[objectsName];
      // What the state has just so was checked then, and ten megabytes need not be read.
      const checked = isUnchanged || isUnknown(text) ? undefined : checkObjects(kind, decodeByKey(text), who);
      const problems = [
        ...notInputs(raw, inputNames, `${kind.name} set`),
        ...optionProblems,
        ...problemsAt([objectsName], checked?.problems ?? []),
      ];
      const before = objectsName in olds ? once(() => objectsIn(olds[objectsName])) : undefined;
      const preview: Preview = { ...who, options, objects: checked === undefined ? unknown : checked.value };
      if (problems.length === 0 && who.urn !== undefined) {
        const objects = isUnchanged ? before : checked?.value;
        const conflicts = run.claim({ kind, urn: who.urn, objects, before, maxDeletions: options.maxDeletions });
        problems.push(...conflictProblems(kind, who, conflicts));
        if (checked !== undefined && before !== undefined) {
          const limit = options.maxDeletions;
          const reason = tooManyDeletions({ ...who, before: before().keys(), after: checked.value, limit });
          problems.push(...(reason === undefined ? [] : [{ path: [objectsName], reason }]));
          problems.push(...problemsAt([objectsName], unclearedProblems(kind, before(), preview)));
        }
      }
      const shown = failuresOf(problems, (property) => property !== objectsName);
      const failures = [...session.configurationFailures(), ...shown];
      if (failures.length > 0) {
        return { inputs: news, failures };
      }
      if (isUnchanged) {
        return { inputs: { ...propertiesOf(preview, news), [objectsName]: text }, failures };
      }
      if (checked !== undefined && before === undefined && options.onExisting !== "match") {
        reconciler.summarize(who, workOf(kind, nothing.objects, checked.value), checked.value.size);
      }
      failures.push(
        ...(await asFailures(session, () => foresee(around, preview, (key) => before?.().has(key) !== true))),
      );
      return { inputs: propertiesOf(preview, news), failures };
    },

    async diff(_id, olds, news) {
      const { urn } = declarerOf(news);
      const checked = run.compare(urn);
      if (news[objectsName] === olds[objectsName]) {
        run.hold(checked ? urn : undefined, () => idsIn(olds[idsName]).values());
        const before = { ...headOf(olds), ...nothing } as State; // a state has nothing unknown
        return { changes: optionsDiffer(before, { ...headOf(news), objects: unknown }), replaces: [] };
      }
      const before = stateOf(olds);
      const now = previewOf(news);
      const work = workOfPreview(around, before, now);
      const removed = new Set(work?.removed);
      run.hold(undefined, () => before.ids.values());
      run.hold(checked ? urn : undefined, () => [...before.ids].flatMap(([key, id]) => (removed.has(key) ? [] : [id])));
      // A refresh asks too, with what was declared before: it has its own way to show drift.
      if (checked && work !== undefined && !isUnknown(now.objects)) {
        reconciler.summarize(now, work, now.objects.size);
      }
      return { changes: work === undefined || isWork(work) || optionsDiffer(before, now), replaces: [] };
    },

    async create(news) {
      const now = knownOf(news);
      const state = await reconciler.apply("create", { ...now, ...nothing }, now);
      return { id: shortName(now.urn ?? ""), outputs: outputsOf(state, news) };
    },

    async update(_id, olds, news) {
      return outputsOf(await reconciler.apply("update", stateOf(olds), knownOf(news)), news);
    },

    async read(id, olds) {
      const before = stateOf(olds);
      const state = await reconciler.read(before);
      // Ten megabytes that are as they were need not be written out again, nor sent twice: without inputs the engine keeps those
      // of the state. What a failure has left is written out, to lie there as always.
      if (state === before && marksOf(olds).partial !== true) {
        return { id, outputs: { ...olds, [idsName]: idsOutput(String(olds[idsName]), olds) } };
      }
      return { id, outputs: outputsOf(state, olds), inputs: propertiesOf(state, withoutPartial(olds)) };
    },

    async delete(_id, olds) {
      const { ids, objects, ...who } = stateOf(olds);
      await release(around, who, members.ofDeletedSet(who, ids, objects));
    },

    partial({ state, inputs }) {
      const outputs = (from: Properties): Properties => ({
        ...outputsOf(state, from),
        [marksProperty]: { ...marksOf(from), partial: true },
      });
      const packed = (): Properties => {
        const all = outputs(inputs);
        const ids = idsOutput(pack(encodeByKey(state.ids)), inputs);
        return { ...all, [objectsName]: pack(all[objectsName]), [idsName]: ids };
      };
      return { id: shortName(state.urn ?? ""), forms: [() => outputs(inputs), packed] };
    },
  };
}

/** A set as messages begin. */
export function setLabel(urn: string | undefined): string {
  return `set "${shortName(urn ?? "")}"`;
}

function objectsIn(text: unknown): ReadonlyMap<string, Fields> {
  const byKey = Object.entries(decodeByKey(text));
  // Check, or an earlier operation, has written them.
  return new Map(byKey.map(([key, fields]) => [key, (isPlainObject(fields) ? fields : {}) as Fields]));
}

function idsIn(text: unknown): ReadonlyMap<string, RecordId> {
  // Ids of the state were read from answers of the server.
  return new Map(Object.entries(decodeByKey(text)) as [string, RecordId][]);
}

function withoutPartial(properties: Properties): Properties {
  const { partial: _partial, ...marks } = marksOf(properties);
  return { ...properties, [marksProperty]: marks };
}

export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
