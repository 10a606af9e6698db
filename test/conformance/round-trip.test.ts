import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { onRealServer, Target } from "./target";

let target: Target;
beforeAll(async () => {
  target = await Target.open();
});
afterAll(() => target.close());

/** Text that Postgres stores: whole code points, no NUL. */
const text = (maxLength: number) => fc.string({ unit: "binary", maxLength }).filter((value) => !value.includes("\0"));

const json = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    text(20),
    fc.integer(),
    // JSON has no negative zero: JSON.stringify writes 0.
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
    fc.array(tie("value"), { maxLength: 4 }),
    tie("object"),
  ),
  object: fc.dictionary(text(10), tie("value"), { maxKeys: 4 }),
}));

/** Metadata without null at its top level, which the schema refuses. */
const metadata = fc.dictionary(
  fc.oneof(text(20), fc.constantFrom("__proto__", "constructor", "toString", "0", "-1", "")),
  json.value.filter((value) => value !== null),
  { maxKeys: 6 },
);

test("what is upserted is read back, listed, and deleted by id", { timeout: 120_000 }, async () => {
  const subjects = fc.record({ end: text(40), displayName: fc.option(text(80)), metadata });
  const hasHook = await target.hasSubjectHook();
  await fc.assert(
    fc.asyncProperty(subjects, async ({ end, displayName, metadata: wanted }) => {
      // A customer needs a name.
      fc.pre(!(hasHook && displayName === ""));
      const key = target.key(end);
      const created = await target.upsertOne({ key, displayName, metadata: wanted });
      expect(created.key).toBe(key);
      expect(created.displayName ?? null).toBe(displayName);
      expect(canonical(created.metadata)).toBe(canonical(wanted));

      const read = await target.read(created.id);
      expect(canonical(read)).toBe(canonical(created));
      const listed = (await target.listOwn()).find(({ id }) => id === created.id);
      expect(canonical(listed)).toBe(canonical(created));

      expect(await target.delete(created.id)).toMatchObject({ status: 204 });
      expect(await target.read(created.id)).toHaveProperty("deletedAt");
    }),
    { numRuns: onRealServer ? 100 : 300 },
  );
});

/** JSON with sorted names: equal exactly when the values are, with names like __proto__ compared as any other. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, nested: unknown) =>
    typeof nested === "object" && nested !== null && !Array.isArray(nested)
      ? Object.fromEntries(Object.entries(nested).sort(([a], [b]) => (a < b ? -1 : 1)))
      : nested,
  );
}
