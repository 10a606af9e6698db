/** Kinds whose objects keep their key: another key in the program is a mistake, unless the record has got it already. */
import type { Declarer, Objects, State } from "./declaration";
import { Failure, readInWords } from "./failure";
import type { Surroundings } from "./surroundings";
import { namedKey } from "./words";

/**
 * The state of a single object under the key that the program declares now, where its record has that key in OpenMeter. Where the
 * record is gone, the state stays as it is: another key is a new object then.
 *
 * @throws {Failure} where the record has another key
 */
export async function withOwnKey(
  { kind, connect }: Pick<Surroundings, "kind" | "connect">,
  before: State,
  now: Declarer & { readonly objects: Objects },
): Promise<State> {
  const [[was, fields] = [], [is] = []] = [[...before.objects][0], [...now.objects.keys()]];
  if (kind.cannotChangeKey === undefined || now.isSet || was === undefined || is === undefined || was === is) {
    return before;
  }
  const id = before.ids.get(was);
  const live = await readInWords(now, "look", () => connect().port.get({ key: was, id, fields: [] }));
  if (live === undefined || live.id !== id) {
    return before;
  }
  if (live.key !== is) {
    const [from, to] = [was, is].map((key) => namedKey(key, now.secretKeys || before.secretKeys));
    const { label } = now.secretKeys ? now : before;
    throw new Failure(
      `${label}: the key of a ${kind.name} cannot be changed, here from ${from} to ${to}. ${kind.cannotChangeKey}. Declare ${from}, or change the key in OpenMeter first (the resource follows it), or declare a new resource with ${to} beside this one`,
    );
  }
  return { ...before, objects: new Map([[is, fields ?? {}]]), ids: new Map(id === undefined ? [] : [[is, id]]) };
}
