/** What the provider's check lets through, held against what the API takes and gives back. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canonicalJson, isPlainObject } from "../../../provider/src/json";
import { systemClock } from "../../../provider/src/openmeter/clock";
import { type Connection, connectTo } from "../../../provider/src/openmeter/connection";
import { SubjectReader } from "../../../provider/src/openmeter/reader";
import { type Declaration, type OwnedFields, ownableFields } from "../../../provider/src/provider/declaration";
import { checkInputs, knownDeclaration } from "../../../provider/src/provider/inputs";
import { SubjectLifecycle } from "../../../provider/src/provider/lifecycle";
import { Run } from "../../../provider/src/provider/run";
import type { SetDeclaration } from "../../../provider/src/provider/set/declaration";
import { checkSet } from "../../../provider/src/provider/set/inputs";
import { SetLifecycle } from "../../../provider/src/provider/set/lifecycle";
import { onRealServer, parse, Target, type WireSubject } from "../target";
import { type AnyInputs, anyInputs } from "./any-inputs";
import { deliberate } from "./deliberate";

const numRuns = Number(process.env.VALUES_RUNS ?? 200);
const seed = Number(process.env.VALUES_SEED ?? Date.now() % 2 ** 31);
const settings = { numRuns, seed };

let target: Target;
let opened: Connection;
beforeAll(async () => {
  target = await Target.open();
  const { url, apiKey } = target;
  // What fails is a finding, and not tried again.
  const limits = { requestTimeoutMs: 30_000, maxRetries: 0 };
  opened = connectTo({ baseUrl: url, ...limits, ...(apiKey !== undefined && { apiKey }) });
});
afterAll(() => target.close());

/** One run of the engine. */
function start() {
  const connection = { ...opened, reader: new SubjectReader(opened.client, systemClock) };
  const [connect, report, declared] = [() => connection, () => {}, async () => {}];
  return {
    single: new SubjectLifecycle(connect, new Run(), report, declared),
    sets: new SetLifecycle({
      connect,
      run: new Run(),
      report,
      progress: (_work, carryOut) => carryOut(() => {}),
      declared,
    }),
  };
}

describe(`a declaration that check accepts (seed ${seed})`, () => {
  /** As far as check accepts both; leaves nothing behind. */
  async function isKept(key: string, before: AnyInputs, after: AnyInputs): Promise<void> {
    const [first, second] = [before, after].map(({ fields }) => ({ key, ...fields }));
    fc.pre(first !== undefined && second !== undefined && checkInputs(first).ok && checkInputs(second).ok);
    try {
      await goesThrough(knownDeclaration(first), knownDeclaration(second));
    } finally {
      const left = await start().single.read(key, undefined);
      if (left !== undefined) await target.delete(left.outputs.subjectId);
    }
  }

  /** Creates, reads, changes and deletes; each step fails where the API refuses or gives back anything else. */
  async function goesThrough(declared: Declaration, changed: Declaration): Promise<void> {
    const { key } = declared;
    const created = await start().single.create(declared);
    expect(ownedOf(await target.read(created.subjectId), declared)).toBe(canonicalJson(declared));
    expect(await start().single.read(key, declared)).toMatchObject({ outputs: { key, subjectId: created.subjectId } });

    const updated = await start().single.update({ outputs: created }, changed);
    expect(updated.subjectId).toBe(created.subjectId);
    const live = await target.read(created.subjectId);
    expect(ownedOf(live, changed)).toBe(canonicalJson(changed));
    expect(live.displayName).toBe(changed.displayName);
    expect(live.stripeCustomerId).toBe(changed.stripeCustomerId);
    expect(canonicalJson(live.metadata)).toBe(canonicalJson(changed.metadata ?? {}));

    await start().single.delete({ outputs: updated });
    expect(await start().single.read(key, changed)).toBeUndefined();
    expect(await target.read(created.subjectId)).toHaveProperty("deletedAt");
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
        const accepted = members
          .map(({ end, fields }) => [target.key(end), fields] as const)
          .filter(([key, fields]) => checkInputs({ key, ...fields }).ok);
        const checked = checkSet({ name: "set", subjects: canonicalJson(Object.fromEntries(accepted)) });
        expect(checked).toMatchObject({ ok: true });
        if (!checked.ok) return;
        const set = checked.declaration as SetDeclaration; // all of it is known
        const { ids, ...created } = await start().sets.create(set);
        expect(created.subjects).toEqual(set.subjects);
        expect([...ids.keys()].sort()).toEqual(accepted.map(([key]) => key).sort());
        for (const [key, id] of ids) {
          const fields = set.subjects.get(key) ?? {};
          expect(ownedOf(await target.read(id), fields)).toBe(canonicalJson({ key, ...fields }));
        }
        await start().sets.delete({ ...set, ids });
        const left = (await target.listOwn()).map(({ key }) => key);
        expect(left.filter((key) => ids.has(key))).toEqual([]);
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
        if (reply.status !== 200) return;
        const id = parse<WireSubject[]>(reply)[0]?.id ?? "";
        target.made([id]);
        const live = await target.read(id);
        await target.delete(id);
        if (!isGivenBack(raw, live)) return;
        const checked = checkInputs(raw);
        expect(checked.ok ? [] : checked.problems.filter(({ reason }) => !isDeliberate(reason))).toEqual([]);
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
    if (value === null) return found === undefined || (isPlainObject(found) && Object.keys(found).length === 0);
    return canonicalJson(found) === canonicalJson(value);
  });
}

/** The key and the owned fields of a subject. */
function ownedOf(live: WireSubject, declared: OwnedFields): string {
  const shown: Readonly<Record<string, unknown>> = { ...live };
  const owned = ownableFields.filter((field) => declared[field] !== undefined);
  return canonicalJson(Object.fromEntries(["key", ...owned].map((field) => [field, shown[field]])));
}
