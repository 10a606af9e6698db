/** What the provider's check lets through, held against what the API takes and gives back. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkObject } from "../../../provider/src/core/check";
import { objectResource } from "../../../provider/src/hosts/objects";
import type { Properties } from "../../../provider/src/hosts/resource";
import { Session } from "../../../provider/src/hosts/session";
import { setForm } from "../../../provider/src/hosts/set";
import { singleForm } from "../../../provider/src/hosts/single";
import { canonicalJson, encodeByKey, isPlainObject } from "../../../provider/src/json";
import { subjectKind } from "../../../provider/src/kinds/subject/fields";
import { onRealServer, parse, Target, type WireSubject } from "../target";
import { type AnyInputs, anyInputs } from "./any-inputs";
import { deliberate } from "./deliberate";

const numRuns = Number(process.env.VALUES_RUNS ?? 200);
const seed = Number(process.env.VALUES_SEED ?? Date.now() % 2 ** 31);
const settings = { numRuns, seed };

let target: Target;
let hasHook: boolean;
beforeAll(async () => {
  target = await Target.open();
  hasHook = await target.hasSubjectHook();
});
afterAll(() => target.close());

/** One run of the engine, which asks no program. */
function start() {
  const session = new Session({ engineAddress: "127.0.0.1:1", environment: {}, report: () => {} });
  session.configure({
    "openmeter:baseUrl": target.url,
    ...(target.apiKey !== undefined && { "openmeter:apiKey": target.apiKey }),
    // What fails is a finding, and not tried again.
    "openmeter:requestTimeout": "30",
    "openmeter:maxRetries": "0",
  });
  const subjects = session.surroundings(subjectKind, (connection) => connection.subjects);
  return {
    single: objectResource(subjects, session, singleForm(subjectKind)),
    sets: objectResource(subjects, session, setForm(subjectKind)),
  };
}

/** What check makes of inputs; `undefined` where it refuses them, or OpenMeter does because it makes a customer of the subject. */
async function accepted(raw: Properties): Promise<Properties | undefined> {
  const { inputs, failures } = await start().single.check({}, raw);
  const needsName = hasHook && inputs.displayName === "";
  return failures.length === 0 && !needsName ? inputs : undefined;
}

describe(`a declaration that check accepts (seed ${seed})`, () => {
  /** As far as check accepts both; leaves nothing behind. */
  async function isKept(key: string, before: AnyInputs, after: AnyInputs): Promise<void> {
    const [first, second] = [await accepted({ key, ...before.fields }), await accepted({ key, ...after.fields })];
    if (first === undefined || second === undefined) {
      return fc.pre(false);
    }
    try {
      await goesThrough(key, first, second);
    } finally {
      const left = await start().single.read(key, first);
      if (left !== undefined) {
        await target.delete(String(left.outputs.subjectId));
      }
    }
  }

  /** Creates, reads, changes and deletes; each step fails where the API refuses or gives back anything else. */
  async function goesThrough(key: string, declared: Properties, changed: Properties): Promise<void> {
    const { outputs: created } = await start().single.create(declared);
    const id = String(created.subjectId);
    expect(ownedOf(await target.read(id), declared)).toBe(canonicalJson(declared));
    expect(await start().single.read(key, created)).toMatchObject({ outputs: created, inputs: declared });

    const updated = await start().single.update(key, created, changed);
    expect(updated.subjectId).toBe(id);
    const live = await target.read(id);
    expect(ownedOf(live, changed)).toBe(canonicalJson(changed));
    expect(live.displayName).toBe(changed.displayName);
    expect(live.stripeCustomerId).toBe(changed.stripeCustomerId);
    expect(canonicalJson(live.metadata)).toBe(canonicalJson(changed.metadata ?? {}));

    await start().single.delete(key, updated);
    expect(await start().single.read(key, updated)).toBeUndefined();
    expect(await target.read(id)).toHaveProperty("deletedAt");
  }

  test("is stored, read back as declared, changed and deleted", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyInputs, anyInputs, (before, after) => isKept(target.key(before.end), before, after)),
      settings,
    );
  });

  // On a server of others, a key without the run's prefix may be somebody's.
  test.runIf(!onRealServer)("also under a key of any characters alone", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyInputs, anyInputs, (before, after) => isKept(before.end, before, after)),
      settings,
    );
  });

  test("is stored as a member of a set", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyInputs, { minLength: 1, maxLength: 8 }), async (members) => {
        const subjects = new Map<string, Properties>();
        for (const { end, fields } of members) {
          const inputs = await accepted({ key: target.key(end), ...fields });
          if (inputs !== undefined) {
            const { key, ...declared } = inputs;
            subjects.set(String(key), declared);
          }
        }
        const { inputs, failures } = await start().sets.check({}, { subjects: encodeByKey(subjects) });
        expect(failures).toEqual([]);
        const { outputs } = await start().sets.create(inputs);
        expect(outputs.subjects).toBe(encodeByKey(subjects));
        const ids: Readonly<Record<string, string>> = JSON.parse(String(outputs.subjectIds));
        expect(Object.keys(ids).sort()).toEqual([...subjects.keys()].sort());
        for (const [key, id] of Object.entries(ids)) {
          const declared = { key, ...subjects.get(key) };
          expect(ownedOf(await target.read(id), declared)).toBe(canonicalJson(declared));
        }
        await start().sets.delete("set", outputs);
        const left = (await target.listOwn()).map(({ key }) => key);
        expect(left.filter((key) => Object.hasOwn(ids, key))).toEqual([]);
      }),
      { ...settings, numRuns: Math.ceil(numRuns / 4) },
    );
  });
});

describe(`a declaration that the API takes and gives back (seed ${seed})`, () => {
  test("is accepted by check, or refused for a documented reason", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyInputs, async ({ end, fields }) => {
        const raw = { key: target.key(end), ...fields };
        const reply = await target.post([raw]);
        if (reply.status !== 200) {
          return;
        }
        const id = parse<WireSubject[]>(reply)[0]?.id ?? "";
        target.made([id]);
        const live = await target.read(id);
        await target.delete(id);
        if (isGivenBack(raw, live)) {
          const { problems } = checkObject(subjectKind, raw);
          expect(problems.filter(({ reason }) => !isDeliberate(reason))).toEqual([]);
        }
      }),
      settings,
    );
  });

  const documentation = readFileSync(new URL("../../../docs/values.md", import.meta.url), "utf8");
  test.each(deliberate)("is refused on purpose where docs/values.md says: $documented", ({ documented }) => {
    expect(documentation).toContain(documented);
  });
});

function isDeliberate(reason: string): boolean {
  return deliberate.some((one) => one.reason.test(reason));
}

/** Whether a subject is as an upsert asked for it, with nothing of the upsert ignored. */
function isGivenBack(asked: Readonly<Record<string, unknown>>, live: WireSubject): boolean {
  const shown: Readonly<Record<string, unknown>> = { ...live };
  return Object.entries(asked).every(([field, value]) => {
    const found = shown[field];
    return value === null
      ? found === undefined || (isPlainObject(found) && Object.keys(found).length === 0)
      : canonicalJson(found) === canonicalJson(value);
  });
}

/** What a subject has of the declared fields, its key among them. */
function ownedOf(live: WireSubject, declared: Properties): string {
  const shown: Readonly<Record<string, unknown>> = { ...live };
  return canonicalJson(Object.fromEntries(Object.keys(declared).map((field) => [field, shown[field]])));
}
