/** Objects as a resource, one of them or many. What is done with them is decided by the core, how they are written by a form. */
import { marksProperty } from "../contract";
import type { Checked, OptionName } from "../core/check";
import {
  checkOptions,
  conflictProblems,
  fieldWarnings,
  notInputs,
  overlapWarnings,
  secretKeyProblem,
  unclearedProblems,
} from "../core/check";
import { type Declaration, type Declarer, knownDeclaration, type Preview, type State } from "../core/declaration";
import { Failure } from "../core/failure";
import { tooManyDeletions } from "../core/guard";
import type { Kind } from "../core/kind";
import { releaseOf } from "../core/members";
import { isElsewhere, moveMessage } from "../core/move";
import { foresee } from "../core/observe";
import { withOwnKey } from "../core/own-key";
import { isWork, optionsDiffer, workOf } from "../core/plan";
import { Reconciler } from "../core/reconcile";
import { release } from "../core/release";
import type { Surroundings } from "../core/surroundings";
import { isUnknown, type Previewed, unknown } from "../core/unknown";
import { shortName } from "../core/words";
import { isPlainObject, mapValues } from "../json";
import {
  failuresOf,
  hasOtherProvider,
  marksOf,
  once,
  type Properties,
  type ResourceOperations,
  Secret,
} from "./resource";
import type { Session } from "./session";

/** How objects are written as the properties of a resource. */
export interface Form {
  /** Names of the inputs that hold the objects. The first is required. */
  readonly inputNames: readonly [string, ...string[]];
  readonly optionNames: readonly OptionName[];
  declarer(properties: Properties): Declarer;
  /** Checks the objects: unknown where that is not needed or not possible yet. Their inputs come in the form that a state has. */
  check(
    olds: Properties,
    news: Properties,
    who: Declarer,
  ): Checked<Preview["objects"]> & { readonly inputs: Properties };
  /** Reads objects that check has let through, in the form that it gave them, or the state's. Not checked again, which takes a second for 100,000. */
  read(properties: Properties): Previewed<State["objects"]>;
  readIds(outputs: Properties): State["ids"];
  write(objects: State["objects"]): Properties;
  writeIds(ids: State["ids"]): Properties;
  /** Makes of outputs what an operation leaves that has failed in part, in the forms that this may take. */
  readonly failed: readonly ((outputs: Properties) => Properties)[];
}

/** The operations on resources of objects that are written in one form. */
export function objectResource(around: Surroundings, session: Session, form: Form): Required<ResourceOperations> {
  const { kind, run } = around;
  const reconciler = new Reconciler(around);
  const [required] = form.inputNames;
  const inputNames = [...form.inputNames, ...form.optionNames];

  /** Whether the text of a set is just what it was, so that it need not be read. */
  const isUnread = (isSet: boolean, olds: Properties, news: Properties) => isSet && news[required] === olds[required];
  const headOf = (properties: Properties) => {
    return { ...form.declarer(properties), options: checkOptions(properties, form.optionNames).value };
  };
  const knownOf = (properties: Properties): Declaration => {
    const declaration = knownDeclaration({ ...headOf(properties), objects: form.read(properties) });
    if (declaration === undefined) {
      const what = form.declarer(properties).isSet ? "set" : kind.name;
      throw new Failure(`a value of the ${what} is not known yet, so nothing was sent`);
    }
    return declaration;
  };
  /** Objects of the state, in which nothing is unknown. */
  const objectsOf = (properties: Properties) => form.read(properties) as State["objects"];
  const stateOf = (outputs: Properties) => {
    return { ...headOf(outputs), objects: objectsOf(outputs), ids: form.readIds(outputs) } as State;
  };
  const inputsOf = ({ objects, options }: State, from: Properties): Properties => ({
    ...form.write(objects),
    ...options,
    ...lastingMarks(from),
  });
  const outputsOf = (state: State, from: Properties): Properties => {
    return { ...inputsOf(state, from), ...form.writeIds(state.ids) };
  };
  /** Marks as secret what the engine does not take for it by itself, as it does what is secret in an input of the same name. */
  const withSecrets = (live: Properties, declared: Properties): Properties => {
    const { secrets } = marksOf(declared);
    return mapValues(live, (value, name) => {
      if (name === kind.names.ids && secrets?.includes(kind.names.objects)) {
        return new Secret(value);
      }
      return kind.fields[name]?.isMap && secrets?.includes(name) ? markMoved(value, declared[name]) : value;
    });
  };

  return {
    async check(olds, news) {
      const { [marksProperty]: _marks, ...raw } = news;
      const who = form.declarer(news);
      const { value: objects, inputs, problems: problemsOfObjects } = form.check(olds, news, who);
      const { value: options, problems: problemsOfOptions } = checkOptions(raw, form.optionNames);
      const problems = [
        ...notInputs(raw, inputNames, who.isSet ? `${kind.name} set` : kind.name),
        ...problemsOfObjects,
        ...problemsOfOptions,
        ...(who.secretKeys && !who.isSet && kind.cannotChangeKey === undefined ? [secretKeyProblem] : []),
      ];
      const preview: Preview = { ...who, options, objects };
      const before = required in olds ? once(() => objectsOf(olds)) : undefined;
      if (problems.length === 0) {
        const { maxDeletions, onExisting = "adopt" } = options;
        const { urn = "" } = who;
        const unread = isUnread(who.isSet, olds, news) ? before : undefined;
        const claimed = isUnknown(objects) ? unread : objects;
        const conflicts = run.claim({
          kind,
          urn,
          objects: claimed,
          before,
          adopts: onExisting === "adopt",
          maxDeletions,
          secretKeys: who.secretKeys,
          secretFields: who.secretFields,
        });
        problems.push(...conflictProblems(kind, { ...who, urn }, conflicts));
        if (!isUnknown(objects) && before !== undefined) {
          const secretKeys = who.secretKeys || form.declarer(olds).secretKeys;
          const reason = tooManyDeletions({
            before: before().keys(),
            after: objects,
            limit: maxDeletions,
            secretKeys,
          });
          problems.push(...(reason === undefined ? [] : [{ path: [required], reason }]));
          problems.push(...unclearedProblems(kind, who, before(), objects));
        }
      }
      const isShown = (property: string) => property !== kind.names.objects && !who.secretFields.includes(property);
      const failures = [...session.configurationFailures(), ...failuresOf(problems, isShown)];
      if (failures.length > 0) {
        return { inputs: news, failures };
      }
      if (!isUnknown(objects)) {
        const warnings = [
          ...fieldWarnings(kind, who, before?.() ?? new Map(), objects),
          ...overlapWarnings(kind, who, run.overlaps(kind, objects)),
        ];
        for (const warning of warnings) {
          around.report(`${who.label}: ${warning}`, { urn: who.urn, level: "warning" });
        }
      }
      if (!isUnknown(objects) && before === undefined && options.onExisting !== "match") {
        reconciler.summarize(who, workOf(kind, new Map(), objects), objects.size);
      }
      // What is replaced, the engine checks a second time, as new.
      const isNew = (key: string) => before?.().has(key) !== true;
      try {
        await foresee(around, preview, isNew);
      } catch (error) {
        if (!(error instanceof Failure)) {
          throw error;
        }
        // Thrown, it would draw a stack trace.
        failures.push({ property: "", reason: session.told.messageOf(error) });
      }
      return { inputs: { ...inputs, ...options, ...lastingMarks(session.marked(news)) }, failures };
    },

    async diff(_id, olds, news) {
      const [was, is] = [headOf(olds), headOf(news)];
      const isUnchanged = isUnread(is.isSet, olds, news);
      const objects = isUnchanged ? unknown : form.read(news);
      // A refresh asks too, with what was declared before, and so does a destroy: only after a check this run applies the program.
      const isApplied = run.hasChecked(is.urn);
      const before = async (now: State["objects"]) =>
        isApplied ? (await withOwnKey(around, stateOf(olds), { ...is, objects: now })).objects : objectsOf(olds);
      const work = isUnknown(objects) ? undefined : workOf(kind, await before(objects), objects);
      const isRekeyed = kind.cannotChangeKey !== undefined && !is.isSet && news[required] !== olds[required];
      const changes = !isUnchanged && (work === undefined || isWork(work) || isRekeyed);
      const isOther = hasOtherProvider(olds, news);
      if (isOther && (await isElsewhere(around, is, form.readIds(olds).values()))) {
        around.report(moveMessage(is, objectsOf(olds).size), { urn: is.urn });
        return { changes: true, replaces: [required] };
      }
      if (isApplied) {
        run.apply();
        const goesOn = () => (isUnknown(objects) ? objectsOf(olds) : objects);
        run.hold({ urn: is.urn, ids: () => form.readIds(olds), goesOn, isComplete: !changes });
        if (work !== undefined) {
          // What is removed may have had a secret key that the program has stopped to declare.
          reconciler.summarize({ ...is, secretKeys: is.secretKeys || was.secretKeys }, work, goesOn().size);
        }
      }
      return {
        changes: changes || optionsDiffer(was, is) || isOther || marksOf(olds).partial === true,
        replaces: !is.isSet && work !== undefined && work.removed.length > 0 ? [required] : [],
      };
    },

    async create(news) {
      const state = await reconciler.apply(knownOf(news));
      return { id: idOf(kind, state), outputs: withSecrets(outputsOf(state, news), news) };
    },

    async update(_id, olds, news) {
      const now = knownOf(news);
      const before = await withOwnKey(around, stateOf(olds), now);
      return withSecrets(outputsOf(await reconciler.apply(now, before), news), news);
    },

    async read(id, olds) {
      // A look-up (`Subject.get`) brings only the id.
      const before = required in olds ? stateOf(olds) : undefined;
      const state = await (before === undefined
        ? reconciler.look(form.declarer({ ...olds, [required]: id }), id)
        : reconciler.read(before));
      if (!state.isSet && state.objects.size === 0) {
        return undefined;
      }
      // Ten megabytes that are as they were need not be written out again, nor sent twice: without inputs the engine keeps those
      // of the state. What a failure has left is written out, to lie there as always.
      if (state.isSet && state === before && marksOf(olds).partial !== true) {
        return { id, outputs: withSecrets(olds, olds) };
      }
      // Of one object inputs come back too: without them, Pulumi shows every property as changed after a refresh.
      return {
        id: state.isSet ? id : idOf(kind, state),
        outputs: withSecrets({ ...outputsOf(state, olds), ...partialMarks(state, olds) }, olds),
        inputs: withSecrets(inputsOf(state, olds), olds),
      };
    },

    async delete(_id, olds) {
      const { ids, objects, ...who } = stateOf(olds);
      await release(around, who, releaseOf(around, who, { ids, fields: objects }));
    },

    partial({ state, inputs }) {
      const forms = form.failed.map((left) => () => withSecrets(left(outputsOf(state, inputs)), inputs));
      return { id: idOf(kind, state), forms };
    },
  };
}

/** Pulumi's ID. Of one object it is the key, or its record's id where that lasts longer. */
function idOf({ cannotChangeKey }: Kind, { isSet, urn, objects, ids }: State): string {
  const [lasting] = cannotChangeKey === undefined ? objects.keys() : ids.values();
  return isSet ? shortName(String(urn)) : String(lasting);
}

/** The marks of a set that a failure has left ids which are still to be deleted: an update has to let go of them, though nothing else differs. */
function partialMarks({ isSet, ids, objects }: State, properties: Properties): Properties {
  const hasLeft = isSet && [...ids.keys()].some((key) => !objects.has(key));
  return hasLeft ? { [marksProperty]: { ...marksOf(properties), partial: true } } : {};
}

/** The marks as they stay in the state. A look-up has none. */
function lastingMarks(properties: Properties): Properties {
  const { partial: _partial, ...marks } = marksOf(properties);
  return marksProperty in properties ? { [marksProperty]: marks } : {};
}

/**
 * A live value for the state. The engine takes what lies where the program has a secret for one; other entries of that map may be
 * the same secret, moved by whoever changed it.
 */
function markMoved(live: unknown, declared: unknown): unknown {
  if (!isPlainObject(live) || !isPlainObject(declared)) {
    return live;
  }
  return mapValues(live, (value, name) =>
    Object.hasOwn(declared, name) ? markMoved(value, declared[name]) : new Secret(value),
  );
}
