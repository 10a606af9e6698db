/** One object as a resource: a set of one, whose fields are the resource's inputs. */
import { marksProperty } from "../contract";
import {
  checkObject,
  checkOptions,
  conflictProblems,
  notInputs,
  optionNames,
  secretKeyProblem,
  unclearedProblems,
} from "../core/check";
import type { Declarer, Preview, State } from "../core/declaration";
import { notFound } from "../core/failure";
import { foresee } from "../core/observe";
import { isWork, optionsDiffer } from "../core/plan";
import type { Fields, RecordId } from "../core/port";
import { Reconciler, workOfPreview } from "../core/reconcile";
import { release } from "../core/release";
import type { Surroundings } from "../core/surroundings";
import { isUnknown, unknown } from "../core/unknown";
import { isPlainObject, mapValues, withValues } from "../json";
import { quoted } from "../printable";
import { asFailures, failuresOf, known, marksOf, type Properties, type ResourceOperations, Secret } from "./resource";
import type { Session } from "./session";

/** The operations on resources of one object each. */
export function singleResource(around: Surroundings, session: Session): ResourceOperations {
  const { kind, run } = around;
  const reconciler = new Reconciler(around);
  const fieldNames = Object.keys(kind.fields);
  const inputNames = ["key", ...fieldNames, ...optionNames.single];

  const declarerOf = (key: unknown, properties: Properties): Declarer => {
    const { urn, secrets = [] } = marksOf(properties);
    const isSecret = secrets.includes("key");
    return {
      urn,
      label: typeof key === "string" ? `${kind.name} ${isSecret ? "[secret]" : quoted(key)}` : kind.name,
      isSet: false,
      secretFields: secrets,
      secretKeys: isSecret,
    };
  };
  /** Inputs that check has let through, in the form that it gave them, or the state's. */
  const previewOf = (properties: Properties): Preview => {
    const { key } = properties;
    const { value: options } = checkOptions(properties, optionNames.single);
    const fields = pick(properties, fieldNames);
    const objects = typeof key === "string" ? new Map([[key, fields]]) : unknown;
    return { ...declarerOf(key, properties), options, objects };
  };
  const knownOf = (properties: Properties) => known(previewOf(properties), kind.name);
  const stateOf = (properties: Properties): State => {
    const declaration = knownOf(properties);
    // Outputs as this provider wrote them: the id comes from an answer of the server.
    const id = properties[kind.names.id] as RecordId;
    return { ...declaration, ids: new Map([...declaration.objects.keys()].map((key) => [key, id])) };
  };
  const propertiesOf = ({ options, objects }: Pick<Preview, "options" | "objects">, from: Properties): Properties => {
    const [[key, fields] = [unknown, pick(from, fieldNames)] as const] = isUnknown(objects) ? [] : [...objects];
    const marks = from[marksProperty];
    return { key, ...fields, ...options, ...(marks !== undefined && { [marksProperty]: marks }) };
  };
  const outputsOf = (state: State, from: Properties): Properties => {
    return { ...propertiesOf(state, from), [kind.names.id]: [...state.ids.values()][0] };
  };

  return {
    async check(olds, news) {
      const hasPrevious = "key" in olds;
      const { [marksProperty]: _marks, ...raw } = news;
      const { secretFields } = declarerOf(raw.key, news);
      const object = checkObject(kind, raw, olds);
      const options = checkOptions(raw, optionNames.single);
      const problems = [
        ...notInputs(raw, inputNames, kind.name),
        ...object.problems,
        ...options.problems,
        ...(secretFields.includes("key") ? [secretKeyProblem] : []),
      ];
      const preview = previewOf({ ...pick(news, [marksProperty, "key"]), ...object.value, ...options.value });
      if (problems.length === 0 && preview.urn !== undefined) {
        const objects = isUnknown(preview.objects) ? undefined : preview.objects;
        problems.push(...conflictProblems(kind, preview, run.claim({ kind, urn: preview.urn, objects })));
      }
      const uncleared = hasPrevious ? unclearedProblems(kind, previewOf(olds).objects, preview) : [];
      problems.push(...uncleared.map(({ path: [, ...path], reason }) => ({ path, reason })));
      const shown = failuresOf(problems, (property) => !secretFields.includes(property));
      const failures = [...session.configurationFailures(), ...shown];
      if (failures.length > 0) {
        return { inputs: news, failures };
      }
      failures.push(...(await asFailures(session, () => foresee(around, preview, () => !hasPrevious))));
      return { inputs: propertiesOf(preview, { ...object.value, ...pick(news, [marksProperty]) }), failures };
    },

    async diff(_id, olds, news) {
      const before = stateOf(olds);
      const now = previewOf(news);
      const checked = run.compare(now.urn);
      const [oldKey] = before.objects.keys();
      const isReplaced = !isUnknown(now.objects) && oldKey !== undefined && !now.objects.has(oldKey);
      if (checked) {
        run.hold(isReplaced ? undefined : now.urn, () => before.ids.values());
      }
      const work = workOfPreview(around, before, now);
      const changes = work === undefined || isWork(work) || optionsDiffer(before, now);
      return { changes, replaces: isReplaced ? ["key"] : [] };
    },

    async create(news) {
      const now = knownOf(news);
      const state = await reconciler.apply("create", { ...now, objects: new Map(), ids: new Map() }, now);
      return { id: keyOf(state), outputs: outputsOf(state, news) };
    },

    async update(_id, olds, news) {
      return outputsOf(await reconciler.apply("update", stateOf(olds), knownOf(news)), news);
    },

    async read(id, olds) {
      // A look-up (`Subject.get`) brings only the id.
      if (!("key" in olds)) {
        const found = await reconciler.look(declarerOf(id, olds), id);
        // To a refresh, an empty answer says that the resource is gone. A look-up would take it for an object without fields.
        if (found === undefined) {
          throw notFound(kind.name, quoted(id));
        }
        return { id, outputs: outputsOf(found, olds), inputs: propertiesOf(found, olds) };
      }
      const before = stateOf(olds);
      const state = await reconciler.read(before);
      if (state.objects.size === 0) {
        return undefined;
      }
      const live = (properties: Properties) => withMovedSecrets(around, properties, olds);
      // Inputs come back too: without them, Pulumi shows every property as changed after a refresh.
      return { id: keyOf(state), outputs: live(outputsOf(state, olds)), inputs: live(propertiesOf(state, olds)) };
    },

    async delete(_id, olds) {
      const { ids, objects, ...who } = stateOf(olds);
      await release(around, who, { ids, fields: objects });
    },

    partial({ state, inputs }) {
      return { id: keyOf(state), forms: [() => withMovedSecrets(around, outputsOf(state, inputs), inputs)] };
    },
  };
}

/**
 * Live properties for the state. The engine takes what lies where the program has a secret for one; other entries of that map
 * may be the same secret, moved by whoever changed it.
 */
function withMovedSecrets({ kind }: Surroundings, live: Properties, declared: Properties): Properties {
  const { secrets = [] } = marksOf(declared);
  return mapValues(live, (value, name) =>
    kind.fields[name]?.isMap && secrets.includes(name) ? markMoved(value, declared[name]) : value,
  );
}

function markMoved(live: unknown, declared: unknown): unknown {
  if (!isPlainObject(live) || !isPlainObject(declared)) {
    return live;
  }
  return mapValues(live, (value, name) =>
    Object.hasOwn(declared, name) ? markMoved(value, declared[name]) : new Secret(value),
  );
}

function keyOf({ objects }: Pick<State, "objects">): string {
  return [...objects.keys()][0] ?? "";
}

function pick(from: Properties, names: readonly string[]): Fields {
  // What the state or check gave has the fields' types.
  return withValues(names.map((name) => [name, from[name]])) as Fields;
}
