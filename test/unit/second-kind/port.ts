/** The port of tenants: every object by itself, some at once. */
import { readAnswer } from "../../../provider/src/core/answer";
import type { LiveObject, Port, Refusal, Write, WriteOptions, WriteOutcome } from "../../../provider/src/core/port";
import { isPlainObject, jsonEqual } from "../../../provider/src/json";
import { concernsAll, OpenMeterError } from "../../../provider/src/openmeter/errors";
import { inParallel } from "../../../provider/src/openmeter/parallel";
import { tenantKind } from "./fields";
import { refusal, type TenantServer } from "./server";

const atOnce = 4;

export function tenantsPort(server: TenantServer): Port {
  /** By id a tenant is answered that is marked deleted, too. */
  const read = async (target: string): Promise<LiveObject | undefined> => {
    const answer = await unless(404, server.request({ method: "GET", target }));
    const stripe = await unless(404, server.request({ method: "GET", target, route: "stripe" }));
    const found = readAnswer(tenantKind, { ...Object(answer), ...Object(stripe) });
    return found?.object;
  };

  const replace = async ({ id, key, fields }: LiveObject, changes: Write["changes"]): Promise<void> => {
    const { stripe: _ownRoute, ...old } = fields;
    const body = sendable({ ...old, ...changes });
    if (jsonEqual(body, old)) {
      return;
    }
    const { address, ...rest } = body;
    if (Object.keys(Object(old.address)).some((name) => !Object.hasOwn(Object(address), name))) {
      await server.request({ method: "PUT", target: id, body: { key, ...rest } });
    }
    await server.request({ method: "PUT", target: id, body: { key, ...body } });
  };

  const writeObject = async ({ key, changes, live }: Write, adopts: boolean): Promise<LiveObject> => {
    const { stripe: _ownRoute, ...own } = changes;
    let there = live;
    if (there === undefined) {
      const posting = server.request({ method: "POST", target: key, body: { key, ...sendable(own) } });
      const posted = await (adopts ? unless(409, posting) : posting);
      there = await read(key);
      if (posted !== undefined && there !== undefined) {
        return there;
      }
    }
    if (there === undefined) {
      throw refusal(404, "deleted by somebody else");
    }
    await replace(there, own);
    return there;
  };

  /** Stripe is linked after the write; what of the object is stored counts though this be refused. */
  const linkStripe = async (
    { changes: { stripe } }: Write,
    { id, fields }: LiveObject,
  ): Promise<OpenMeterError | undefined> => {
    if (stripe === undefined || (stripe ?? undefined) === fields.stripe) {
      return undefined;
    }
    try {
      const method = stripe === null ? "DELETE" : "PUT";
      await server.request({ method, target: id, route: "stripe", ...(stripe !== null && { body: { stripe } }) });
      return undefined;
    } catch (error) {
      return known(error);
    }
  };

  const write = async <Kept>(writes: readonly Write[], { keep, adopts, progress }: WriteOptions<Kept>) => {
    const stored = new Map<string, Kept>();
    const outcome = await each(writes, async (one) => {
      const object = await writeObject(one, adopts);
      const error = await linkStripe(one, object);
      const now = await read(object.id);
      if (now !== undefined) {
        stored.set(one.key, keep(one, now));
      }
      progress?.(stored.size);
      if (error !== undefined || now === undefined) {
        throw error ?? refusal(404, "deleted by somebody else");
      }
    });
    return { stored, ...outcome } satisfies WriteOutcome<Kept>;
  };

  return {
    get: read,
    getAll: async (keys, take, options) => {
      const found = new Map<string, ReturnType<typeof take>>();
      let done = 0;
      const { refused, stoppedBy } = await each(
        keys.map((key) => ({ key })),
        async ({ key }) => {
          const object = await read(key);
          if (object !== undefined) {
            found.set(key, take(object));
          }
          done += 1;
          options?.progress?.(done);
        },
      );
      const error = stoppedBy ?? refused[0]?.error;
      if (error !== undefined) {
        throw error;
      }
      return found;
    },
    hasRecord: async (id) => {
      const answer = await unless(404, server.request({ method: "GET", target: id }));
      return answer !== undefined && readAnswer(tenantKind, answer)?.id === id;
    },
    list: async () => ({ objects: server.all(), withheld: [] }),
    write,
    delete: async (records, { progress }) => {
      const deleted = new Set<string>();
      const outcome = await each(
        [...records].map(([key, id]) => ({ key, id })),
        async ({ key, id }) => {
          await unless(412, unless(404, server.request({ method: "DELETE", target: id })));
          progress?.(deleted.add(key).size);
        },
      );
      return { deleted, ...outcome };
    },
  };
}

/** Some at once, until one fails for a reason that concerns all. */
async function each<One extends { readonly key: string }>(all: readonly One[], work: (one: One) => Promise<void>) {
  const queue = [...all];
  const refused: Refusal[] = [];
  let stoppedBy: OpenMeterError | undefined;
  await inParallel(
    atOnce,
    () => (stoppedBy === undefined ? queue.shift() : undefined),
    async (one) => {
      try {
        await work(one);
      } catch (thrown) {
        const error = known(thrown);
        if (concernsAll(error)) {
          stoppedBy = error;
        } else {
          refused.push({ key: one.key, error });
        }
      }
    },
  );
  return { refused, ...(stoppedBy !== undefined && { stoppedBy }) };
}

async function unless<T>(status: number, answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (known(error).status !== status) {
      throw error;
    }
    return undefined;
  });
}

function known(error: unknown): OpenMeterError {
  if (!(error instanceof OpenMeterError)) {
    throw error;
  }
  return error;
}

/** What is null or empty is left out, which clears it. */
function sendable(changes: Write["changes"]): LiveObject["fields"] {
  const sent = Object.entries(changes).filter(([, value]) => {
    return value !== null && !(isPlainObject(value) && Object.keys(value).length === 0);
  });
  return Object.fromEntries(sent) as LiveObject["fields"]; // null is filtered out
}
