/** The companion of a set as a resource: see core/members.ts. It sends nothing but deletions. */
import { marksProperty } from "../contract";
import type { Members, MembersLifecycle } from "../core/members";
import type { RecordId } from "../core/port";
import type { Surroundings } from "../core/surroundings";
import { isUnknown, unknown } from "../core/unknown";
import { shortName } from "../core/words";
import { failuresOf, marksOf, type Properties, type ResourceOperations, Secret } from "./resource";
import type { Session } from "./session";
import { once, setLabel } from "./set";
import { decodeByKey, encodeByKey } from "./set-text";

/** The operations on companions of sets. */
export function membersResource(
  { kind, run }: Surroundings,
  session: Session,
  lifecycle: MembersLifecycle,
): ResourceOperations {
  const name = kind.names.ids;
  const membersOf = (properties: Properties): Members => {
    const { urn = "", secretKeys, formerUrns = [] } = marksOf(properties);
    const text = properties[name];
    // Ids of the state and of the set's outputs were read from answers of the server.
    const read = once(() => new Map(Object.entries(decodeByKey(text)) as [string, RecordId | null][]));
    return {
      urn,
      formerUrns,
      label: setLabel(urn),
      isSet: true,
      secretFields: [],
      secretKeys: secretKeys === true,
      get ids() {
        return isUnknown(text) ? unknown : read();
      },
    };
  };
  const propertiesOf = (ids: Members["ids"] | string, from: Properties): Properties => {
    const { urn = "", ...rest } = marksOf(from);
    const formerUrns = run.formerUrns(urn);
    const marks = { ...rest, urn, ...(formerUrns.length > 0 && { formerUrns }) };
    const text = isUnknown(ids) || typeof ids === "string" ? ids : encodeByKey(ids);
    // What a preview puts together from keys, the engine does not take for secret by itself.
    const isSecret = marks.secretKeys === true && text !== unknown;
    return { [name]: isSecret ? new Secret(text) : text, [marksProperty]: marks };
  };

  return {
    async check(olds, news) {
      const [before, now] = [name in olds ? membersOf(olds) : undefined, membersOf(news)];
      const text = news[name];
      if (before !== undefined && typeof text === "string" && text === olds[name]) {
        lifecycle.same(before, now);
        return { inputs: propertiesOf(text, news), failures: session.configurationFailures() };
      }
      const { ids, problem } = lifecycle.check(before, now);
      const problems = problem === undefined ? [] : [{ path: [kind.names.objects], reason: problem }];
      const failures = [...session.configurationFailures(), ...failuresOf(problems, () => false)];
      return { inputs: propertiesOf(ids, news), failures };
    },

    async diff(_id, olds, news) {
      const [before, now] = [membersOf(olds), membersOf(news)];
      if (typeof news[name] === "string" && news[name] === olds[name]) {
        lifecycle.same(before, now);
        return { changes: false, replaces: [] };
      }
      const change = lifecycle.diff(before, now);
      return { changes: change !== "same", replaces: change === "replace" ? [name] : [] };
    },

    async create(news) {
      const members = membersOf(news);
      return { id: shortName(members.urn), outputs: propertiesOf(lifecycle.create(members), news) };
    },

    async update(_id, _olds, news) {
      lifecycle.settle(membersOf(news));
      return news;
    },

    async read(id, olds) {
      return { id, outputs: olds };
    },

    async delete(_id, olds) {
      await lifecycle.delete(membersOf(olds));
    },

    partial({ inputs }) {
      return { id: shortName(membersOf(inputs).urn), forms: [() => inputs] };
    },
  };
}
