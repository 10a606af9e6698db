/**
 * What a program tells each of its sets about its other resources: which keys they declare, and which fields of each. The
 * set's update deletes what has left the set, maybe before the engine has shown the provider the resource that takes the
 * subject over; and must, where that resource waits for the set. Only the program knows all of its resources by then.
 */

/** Keys by the names of the fields that are declared of them, such as `displayName,metadata`. */
type KeysByFields = Map<string, string[]>;

/** The keys of one set, or of all single subjects. */
interface Keys {
  readonly byFields: KeysByFields;
  /** Some length of their JSON text. */
  length: number;
}

interface Declared {
  readonly subjects: Keys;
  readonly sets: Set<Keys>;
}

const runs = new WeakMap<object, Declared>();

/** Longer than this, in characters, no set is told of the keys of other sets; all sets together no more than that. */
const maxLength = 1_000_000;
const maxLengthForAll = 32_000_000;

/** Taken as this module is loaded: tests of programs may put timers that stand still in its place. */
const afterThisTurn = setImmediate;

/** Whether options make the engine keep an input as it was, whatever the program declares. */
export function ignores(options: { readonly ignoreChanges?: string[] } | undefined, input: string): boolean {
  return options?.ignoreChanges?.some((path) => path === input || path === "*") ?? false;
}

/** Notes the key and the fields of a single subject. Call it only with a key that is plain: not secret, nor still to come. */
export function noteSubject(run: object | undefined, key: string, args: Readonly<Record<string, unknown>>): void {
  if (run !== undefined) add(declaredIn(run).subjects, key, args);
}

/** Notes the subjects of a set, of which nothing is still to come. */
export function noteSet(run: object | undefined, members: unknown): Keys {
  const set = noKeys();
  if (Array.isArray(members)) {
    members.forEach(({ key, ...fields }: { readonly key: string }) => {
      add(set, key, fields);
    });
  }
  if (run !== undefined) declaredIn(run).sets.add(set);
  return set;
}

/**
 * What other resources declare, as soon as what runs now of the program has run, so that it is known of resources which come
 * after the set. It never waits for outputs, which may depend on the set. Other sets are left out where that makes it long.
 *
 * @param own the set that asks, if it was noted
 * @returns a JSON object of keys by fields, `undefined` when nothing else is declared
 */
export async function elsewhere(run: object | undefined, own: Keys | undefined): Promise<string | undefined> {
  if (run === undefined) return undefined;
  await new Promise<void>((resolve) => afterThisTurn(resolve));
  const { subjects, sets } = declaredIn(run);
  const others = [...sets].filter((set) => set !== own);
  const length = others.reduce((sum, set) => sum + set.length, subjects.length);
  const told = length > Math.min(maxLength, maxLengthForAll / sets.size) ? [subjects] : [subjects, ...others];
  const all: KeysByFields = new Map();
  for (const { byFields } of told) {
    for (const [fields, keys] of byFields) for (const key of keys) push(all, fields, key);
  }
  return all.size === 0 ? undefined : JSON.stringify(Object.fromEntries(all));
}

function declaredIn(run: object): Declared {
  const declared = runs.get(run) ?? { subjects: noKeys(), sets: new Set() };
  runs.set(run, declared);
  return declared;
}

function noKeys(): Keys {
  return { byFields: new Map(), length: 0 };
}

/** A field that is still to come counts as declared, so that its value is not cleared. */
function add(keys: Keys, key: string, { onExisting: _, ...args }: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(args).filter((name) => args[name] !== undefined && args[name] !== null);
  push(keys.byFields, names.sort().join(","), key);
  keys.length += key.length + 3;
}

function push(into: KeysByFields, fields: string, key: string): void {
  const same = into.get(fields);
  if (same === undefined) into.set(fields, [key]);
  else same.push(key);
}
