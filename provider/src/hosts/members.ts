/** The companion of a set as a resource: see core/members.ts. It sends nothing but deletions. */
import { type Marks, marksProperty } from "../contract";
import { type DeclaredMembers, type Members, MembersLifecycle, type PreviewedIds } from "../core/members";
import type { Surroundings } from "../core/surroundings";
import { isUnknown, unknown } from "../core/unknown";
import { shortName } from "../core/words";
import { encodeByKey } from "../json";
import { hasOtherProvider, marksOf, once, type Properties, type ResourceOperations, Secret } from "./resource";
import type { Session } from "./session";
import { setForm } from "./set";
import { decodeByKey } from "./set-text";

/**
 * What a preview shows as the id of a record that is still to be created. The engine would show an entry that becomes `null` as one
 * that is removed, and where only `null`s are added, all of both texts, escaped, on one line.
 */
const idToCome = "(to be created)";

/** The operations on companions of sets. */
export function membersResource(around: Surroundings, session: Session): ResourceOperations {
  const { kind, run } = around;
  const lifecycle = new MembersLifecycle(around);
  const { ids: name, objects } = kind.names;
  const { declarer } = setForm(kind);
  const isUnchanged = (olds: Properties, news: Properties) => news[name] === olds[name];
  const declaredOf = (properties: Properties): DeclaredMembers => {
    const { urn, formerUrns = [] } = marksOf(properties) as Marks;
    const text = properties[name];
    // Ids of the state and of the set's outputs were read from answers of the server.
    const read = once(() => decodeByKey(text) as Members["ids"]);
    return {
      set: { ...declarer(properties), urn },
      formerUrns,
      get ids() {
        return isUnknown(text) ? unknown : read();
      },
    };
  };
  const membersOf = (properties: Properties) => declaredOf(properties) as Members; // the state's, which are known
  const propertiesOf = (ids: PreviewedIds | string, from: Properties): Properties => {
    const formerUrns = run.formerUrns(declaredOf(from).set.urn);
    const marks = { ...marksOf(from), ...(formerUrns.length > 0 && { formerUrns }) };
    const text =
      isUnknown(ids) || typeof ids === "string"
        ? ids
        : encodeByKey(Array.from(ids, ([key, id]) => [key, id ?? idToCome] as const));
    // What a preview puts together from keys, the engine does not take for secret by itself.
    const isSecret = marks.secretKeys === true && text !== unknown;
    return { [name]: isSecret ? new Secret(text) : text, [marksProperty]: marks };
  };

  return {
    async check(olds, news) {
      const [before, now] = [name in olds ? declaredOf(olds) : undefined, declaredOf(news)];
      if (isUnchanged(olds, news)) {
        lifecycle.unchanged(before, now);
        return {
          inputs: propertiesOf(String(news[name]), session.marked(news)),
          failures: session.configurationFailures(),
        };
      }
      const { ids, problem } = lifecycle.check(before, now);
      const failures = session.configurationFailures();
      if (problem !== undefined) {
        failures.push({ property: "", reason: `${objects} ${problem}` });
      }
      return { inputs: propertiesOf(ids, session.marked(news)), failures };
    },

    async diff(_id, olds, news) {
      const [before, now] = [membersOf(olds), declaredOf(news)];
      const isOther = hasOtherProvider(olds, news);
      if (isUnchanged(olds, news)) {
        lifecycle.unchanged(before, now);
        return { changes: isOther, replaces: [] };
      }
      const isReplaced = lifecycle.isReplaced(before, now, { hasOtherProvider: isOther });
      return { changes: true, replaces: isReplaced ? [name] : [] };
    },

    async create(news) {
      const members = membersOf(news);
      return { id: shortName(members.set.urn), outputs: propertiesOf(lifecycle.create(members), news) };
    },

    async update(_id, _olds, news) {
      lifecycle.update(membersOf(news));
      return news;
    },

    async read(id, olds) {
      return { id, outputs: olds };
    },

    async delete(_id, olds) {
      await lifecycle.delete(membersOf(olds));
    },
  };
}
