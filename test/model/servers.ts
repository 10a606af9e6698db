/** The servers of two accounts, seen as one: a key of the other account has a prefix, so that the rules need no notion of accounts. */
import type { Emulator, RequestRecord } from "openmeter-emulator";
import type { Live, Server } from "./world";

export interface Servers {
  /** Of the stack's configuration. */
  readonly here: Emulator;
  /** Of a `Provider` of another account. */
  readonly elsewhere: Emulator;
}

const prefix = "elsewhere|";

/** The key in the model of one that a program declares. */
export function keyIn(isElsewhere: boolean, key: string): string {
  return `${isElsewhere ? prefix : ""}${bareKey(key)}`;
}

/** The key that a program declares, whatever the account. */
export function bareKey(key: string): string {
  return isKeyElsewhere(key) ? key.slice(prefix.length) : key;
}

export function isKeyElsewhere(key: string): boolean {
  return key.startsWith(prefix);
}

/** Objects by key, with the keys that they have in an account. */
export function keysIn<T>(isElsewhere: boolean, objects: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(objects).map(([key, object]) => [keyIn(isElsewhere, key), object]));
}

/** Objects by key, with the keys that a program declares. */
export function bareKeys<T>(objects: Readonly<Record<string, T>>): Record<string, T> {
  return keysIn(false, objects);
}

export function serverOf({ here, elsewhere }: Servers, key: string): Emulator {
  return isKeyElsewhere(key) ? elsewhere : here;
}

export function both({ here, elsewhere }: Servers): readonly (readonly [isElsewhere: boolean, Emulator])[] {
  return [
    [false, here],
    [true, elsewhere],
  ];
}

/** All that both have. */
export function liveAt(servers: Servers): Server {
  return new Map(
    both(servers).flatMap(([isElsewhere, { subjects }]) =>
      subjects.list().map((subject): [string, Live] => {
        const key = keyIn(isElsewhere, subject.key);
        return [key, { ...subject, key } as Live];
      }),
    ),
  );
}

/** All that both have been asked, with the keys of the model. */
export function requestsTo(servers: Servers): RequestRecord[] {
  return both(servers).flatMap(([isElsewhere, { requests }]) =>
    requests.list().map((request) => {
      const { body } = request;
      const items = Array.isArray(body) ? body.map((item) => ({ ...item, key: keyIn(isElsewhere, item.key) })) : body;
      return { ...request, body: items };
    }),
  );
}

/** The key of a record, also of one that is deleted. */
export function keyOfRecord(servers: Servers, id: string): string | undefined {
  for (const [isElsewhere, { subjects }] of both(servers)) {
    const subject = subjects.getById(id);
    if (subject !== undefined) {
      return keyIn(isElsewhere, subject.key);
    }
  }
  return undefined;
}

/** Begins anew. */
export function clearServers(servers: Servers): void {
  for (const [, { subjects }] of both(servers)) {
    subjects.clear();
  }
}
