/** How objects are looked up, whatever their kind. */
import { log } from "@pulumi/pulumi";
import type { Kind, Rule } from "../core/kind";
import type { LiveObject, Port } from "../core/port";
import { isPlainObject, jsonEqual, own, type Problem, problemsAt } from "../json";
import type { Connection } from "../openmeter/connection";
import { quoted } from "../printable";
import type { Account } from "./account";
import type { Lookup } from "./invoke";
import { runError } from "./stack-traces";

/** What tells the look-ups of one kind from those of others. */
export interface LookupKind<Found> {
  readonly kind: Kind;
  readonly functions: { readonly one: Lookup<never, never>["name"]; readonly many: Lookup<never, never>["name"] };
  portOf(connection: Connection): Port;
  /** What a program is given of an object. */
  found(object: LiveObject): Found;
}

/** What names one object. */
interface Named {
  readonly key?: string | undefined;
  /** The server's id, for kinds whose objects can be asked for by it. */
  readonly id?: string | undefined;
}

/** The conditions that filters of all kinds have in common. */
interface CommonFilter {
  readonly keys?: readonly string[] | undefined;
  readonly keyPrefix?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** The look-up of the one object that a key or an id names. */
export function lookupOfOne<Args extends Named, Found>(
  { kind, functions, portOf, found }: LookupKind<Found>,
  rest: Pick<Lookup<Args, Found>, "example" | "rules" | "check">,
): Lookup<Args, Found> {
  const { one, many } = functions;
  return {
    ...rest,
    name: one,
    async read({ key, id }, account, isSecret) {
      const asked = key ?? id ?? "";
      const shown = `${kind.name} ${isSecret ? "[secret]" : quoted(asked)}`;
      return account.ask(`${one}: ${shown} was`, async (connection) => {
        if (isSecret) {
          connection.redactor.conceal(() => [asked]);
        }
        // Not `get`, which may answer from a list of some seconds ago: a resource of this run has perhaps changed the object.
        const live = await portOf(connection).look(asked);
        // Where a server takes either, a key may be what another object has as its id.
        if (live === undefined || (key ?? live.key) !== live.key || (id ?? live.id) !== live.id) {
          const wherever = key === undefined ? "" : `. Where it may be missing, use ${many}({ keys: [key] })`;
          const next = `Check the ${key === undefined ? "id" : "key"} and ${connection.addressName}${wherever}`;
          throw runError(`${one}: there is no ${shown} in OpenMeter. ${next}`);
        }
        return found(live);
      });
    },
    // A program's own mocks say what an object is.
    mocked: (returned) => returned as Found,
  };
}

/** The look-up of all objects that meet a filter. */
export function lookupOfMany<Filter extends CommonFilter, Found>(
  of: LookupKind<Found>,
  {
    example,
    rules,
    matches,
  }: Pick<Lookup<Filter, Found[]>, "example" | "rules"> & {
    /** Whether an object meets the conditions that only filters of this kind have. */
    readonly matches: (found: Found, filter: Filter) => boolean;
  },
): Lookup<Filter, Found[]> {
  const { kind, functions, found } = of;
  return {
    name: functions.many,
    example,
    rules: { keys: optional(keysOf(kind)), keyPrefix: optional(text), ...rules },
    async read(filter, account, isSecret) {
      const { keys } = filter;
      const all =
        keys === undefined ? await everyObject(of, account) : await objectsOf(of, keys, { account, isSecret });
      return all.flatMap((object) => {
        const one = meetsCommon(object, filter) ? found(object) : undefined;
        return one !== undefined && matches(one, filter) ? [one] : [];
      });
    },
    mocked(returned) {
      const objects = isPlainObject(returned) ? returned[kind.names.objects] : undefined;
      return Array.isArray(objects) ? objects : [];
    },
  };
}

export const text: Rule = (value) => (typeof value === "string" ? [] : [{ path: [], reason: "must be a string" }]);

/** The rule of an argument that may be left out. */
export function optional(rule: Rule): Rule {
  return (value, isDeferred) => (value === undefined ? [] : rule(value, isDeferred));
}

function keysOf({ key }: Kind): Rule {
  return (value, isDeferred): readonly Problem[] =>
    Array.isArray(value)
      ? value.flatMap((one, index) => problemsAt([index], key(one, isDeferred)))
      : [{ path: [], reason: "must be an array of keys" }];
}

async function everyObject<Found>(
  { kind, functions: { many }, portOf }: LookupKind<Found>,
  account: Account,
): Promise<readonly LiveObject[]> {
  const { objects, withheld } = await account.ask(`${many}: the list was`, (connection) => portOf(connection).list());
  if (withheld.length > 0) {
    const which =
      withheld.length === 1 ? `1 ${kind.name} that contains` : `${withheld.length} ${kind.names.objects} that contain`;
    const next = "Remove the key from their data in OpenMeter, and create a new one.";
    log.warn(`${many} leaves out ${which} the API key. ${next}`);
  }
  return objects;
}

async function objectsOf<Found>(
  { kind, functions: { many }, portOf }: LookupKind<Found>,
  keys: readonly string[],
  { account, isSecret }: { readonly account: Account; readonly isSecret: boolean },
): Promise<readonly LiveObject[]> {
  const wanted = [...new Set(keys)];
  const live = await account.ask(`${many}: the ${kind.names.objects} were`, (connection) => {
    if (isSecret) {
      connection.redactor.conceal(() => wanted);
    }
    // Nothing that an API keeps apart: that would be a request for each.
    const all = wanted.map((key) => ({ key, fields: [] }));
    return portOf(connection).getAll(all, (object) => object);
  });
  return wanted.flatMap((key) => live.get(key) ?? []);
}

function meetsCommon({ key, fields }: LiveObject, { keyPrefix = "", metadata = {} }: CommonFilter): boolean {
  const has = isPlainObject(fields.metadata) ? fields.metadata : {};
  const wanted = Object.entries(metadata).filter(([, value]) => value !== undefined);
  return (
    key.startsWith(keyPrefix) &&
    wanted.every(([name, value]) => Object.hasOwn(has, name) && jsonEqual(own(has, name), value))
  );
}
