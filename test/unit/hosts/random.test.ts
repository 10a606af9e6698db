import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type KindUnderTest, kinds } from "./kinds";
import { type Declared, many, one, type Program, start } from "./stack";

const places = ["a", "b", "s", "t"] as const;
type Place = (typeof places)[number];

/** Where each key is declared, with what, and what happens to the run. */
const anyStep = fc.record({
  where: fc.dictionary(fc.constantFrom("k1", "k2", "k3", "k4"), fc.constantFrom<Place>(...places), { maxKeys: 4 }),
  text: fc.constantFrom(undefined, "A", "B"),
  map: fc.constantFrom(undefined, { a: "1" }, { a: "2", b: "1" }),
  order: fc.shuffledSubarray([...places], { minLength: places.length }),
  keepsEmptySets: fc.boolean(),
  fault: fc.constantFrom("none", "none", "killed before the deletes", "delete refused", "replaced", "write refused"),
});
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

/** A resource that keeps its key has another name with another one. */
function nameOf({ changesKey }: KindUnderTest, place: Place, key: string): string {
  return changesKey ? place : `${place} ${key}`;
}

/** The program of a step: a single place takes the first key that wants it. */
function programOf(under: KindUnderTest, { where, text, map, order, keepsEmptySets }: Step): [Program, Set<string>] {
  const keys = new Set<string>();
  const fields = { ...(text !== undefined && { [under.text]: text }), ...(map !== undefined && { [under.map]: map }) };
  const program = order.flatMap((place): [string, Declared][] => {
    const wanted = Object.keys(where).filter((key) => where[key] === place);
    const taken = place === "a" || place === "b" ? wanted.slice(0, 1) : wanted;
    for (const key of taken) {
      keys.add(key);
    }
    if (place === "a" || place === "b") {
      return taken.map((key) => [nameOf(under, place, key), one(key, fields)]);
    }
    const objects = Object.fromEntries(taken.map((key) => [key, fields]));
    return taken.length > 0 || keepsEmptySets ? [[place, many(under, objects, { maxDeletions: "100%" })]] : [];
  });
  return [Object.fromEntries(program), keys];
}

describe.each(kinds)("any programs one after the other, of %s,", (_name, under) => {
  it("end as declared and with an empty preview, whatever fails, and never delete what stays declared", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 2, maxLength: 5 }), async (steps) => {
        const { stack, server } = start(under);
        let declared = new Set<string>();
        for (const step of steps) {
          const [program, keys] = programOf(under, step);
          const ids = new Map([...keys].filter((key) => declared.has(key)).map((key) => [key, server.id(key)]));
          const unharmed = () => {
            for (const [key, id] of ids) {
              expect(server.id(key)).toBe(id);
            }
          };
          const existing = Object.keys(program).filter((name) => Object.keys(stack.outputs(name)).length > 0);
          if (step.fault === "delete refused" || step.fault === "write refused") {
            server.trouble({ on: step.fault === "delete refused" ? "delete" : "write", times: 1, status: 400 });
          }
          const killed = step.fault === "killed before the deletes";
          await stack
            .up(program, {
              ...(step.fault === "replaced" && { replace: existing }),
              ...(killed && {
                beforeDeletes: () => {
                  throw new Error("killed");
                },
              }),
            })
            .catch(() => {});
          unharmed();
          server.cure();
          // What a run has left, another one of the same program does, and after it nothing is left.
          await stack.up(program);
          await stack.up(program);
          unharmed();
          expect(server.keys().sort()).toEqual([...keys].sort());
          expect((await stack.preview(program)).steps).toEqual([]);
          declared = keys;
        }
      }),
      { numRuns: 40 },
    );
  });
});
