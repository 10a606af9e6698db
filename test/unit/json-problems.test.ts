import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatPath,
  isPlainObject,
  isStored,
  type JsonRule,
  jsonProblems,
  maxDepth,
  travels,
} from "../../provider/src/json";

const signatureKey = "4dabf18193072939515e22adb298388d";
const never = () => false;

function problemsOf(value: unknown, rule: JsonRule): string[] {
  return jsonProblems(value, ["metadata"], rule, never).map(({ path, reason }) => `${formatPath(path)} ${reason}`);
}

function nested(levels: number): unknown {
  return levels === 0 ? "leaf" : { next: nested(levels - 1) };
}

describe.each<[string, JsonRule]>([
  ["travels", travels],
  ["isStored", isStored],
])("jsonProblems with the rule %s", (_name, rule) => {
  it.each<[string, unknown, RegExp]>([
    ["a Date", new Date(0), /^metadata is a Date, .*toISOString/],
    ["an invalid Date", new Date(Number.NaN), /^metadata is a Date/],
    ["a function", () => 1, /^metadata is a function, which JSON cannot carry$/],
    ["a symbol", Symbol("s"), /^metadata is a symbol, which JSON cannot carry$/],
    ["a bigint", 1n, /^metadata is a bigint, which JSON cannot carry$/],
    ["NaN", Number.NaN, /^metadata is NaN, which JSON cannot carry$/],
    ["Infinity", Number.POSITIVE_INFINITY, /^metadata is Infinity, /],
    ["-Infinity", Number.NEGATIVE_INFINITY, /^metadata is -Infinity, /],
    ["a Map", new Map([["a", 1]]), /^metadata is an instance of Map; only plain objects/],
    ["an instance of a class", new (class Point {})(), /^metadata is an instance of Point; /],
    ["a boxed string", Object("text"), /^metadata is an instance of String; /],
    ["a Buffer", Buffer.from("x"), /^metadata is an instance of Buffer; /],
    [
      "an object with a changed prototype",
      Object.create({ a: 1 }),
      /^metadata is an object with a prototype of its own/,
    ],
    ["an object whose class has no name", new (class {})(), /^metadata is an object with a prototype of its own/],
    [
      "an object whose constructor's name is no text",
      Object.create({ constructor: { name: 7 } }),
      /^metadata is an object with a prototype of its own/,
    ],
    [
      "an object that inherits no constructor",
      Object.create(Object.create(Object.create(null))),
      /^metadata is an object with a prototype of its own/,
    ],
  ])("refuses %s", (_what, value, message) => {
    const found = problemsOf(value, rule);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  it.each<[string, unknown]>([
    ["__proto__ of JSON.parse", JSON.parse('{"a":{"__proto__":{"x":1}}}')],
    ["Pulumi's signature key", { a: { [signatureKey]: Number.NaN } }],
  ])("refuses the reserved name %s, wherever it stands", (_what, value) => {
    const found = jsonProblems(value, ["metadata"], rule, never);
    expect(found).toHaveLength(1);
    expect(found[0]?.path).toHaveLength(3);
    expect(found[0]?.reason).toMatch(/^is a name that (JavaScript|Pulumi) reserves; choose another$/);
  });

  it.each([
    "Calling [toString] on an [Output<T>] is not supported.\n\nTo get the value",
    `tier-${Promise.resolve("pro")}`,
  ])("refuses an output or a promise in a text and in a name: %s", (late) => {
    const found = jsonProblems({ text: late, [late]: 1 }, [], rule, never);
    expect(found.map(({ path }) => path)).toEqual([["text"], [late]]);
    expect(found[0]?.reason).toMatch(/^contains an output or a promise instead of its value: use pulumi\.interpolate/);
    expect(found[1]?.reason).toMatch(/^has in its name an output or a promise instead of its value: use pulumi\./);
  });

  it("tells that a literal's __proto__ changed the prototype", () => {
    const changed = { a: Object.setPrototypeOf({}, { plan: "pro" }) };
    expect(problemsOf(changed, rule)).toEqual([
      expect.stringMatching(/^metadata\.a is an object with a prototype.*__proto__/),
    ]);
  });

  it("names what is no plain object once, and not what is in it", () => {
    const point = Object.assign(new (class Point {})(), { x: Number.NaN });
    expect(problemsOf({ point }, rule)).toEqual([expect.stringMatching(/^metadata\.point is an instance of Point/)]);
  });

  it("names all problems at once, each with its path", () => {
    const value = { when: new Date(0), list: [1, Number.NaN, [() => 0]], "a b": { [signatureKey]: 1, fine: true } };
    expect(jsonProblems(value, ["metadata"], rule, never).map(({ path }) => formatPath(path))).toEqual([
      "metadata.when",
      "metadata.list[1]",
      "metadata.list[2][0]",
      `metadata["a b"]["${signatureKey}"]`,
    ]);
  });

  it("refuses a cycle where it closes", () => {
    const loop: Record<string, unknown> = { fine: 1 };
    loop.self = { back: [loop] };
    expect(problemsOf(loop, rule)).toEqual([expect.stringMatching(/^metadata\.self\.back\[0\] refers back/)]);
  });

  it("lets the same object stand in several places", () => {
    const shared = { plan: "pro" };
    expect(problemsOf({ a: shared, b: [shared, shared], c: { deep: shared } }, rule)).toEqual([]);
  });

  it("looks once at what is shared, however many ways lead there", () => {
    let net: unknown = "leaf";
    for (let level = 0; level < maxDepth; level++) net = { left: net, right: net };
    expect(problemsOf(net, rule)).toEqual([]);
  });

  it("sees that what fits at one place is too deep at another", () => {
    const shared = nested(maxDepth - 10);
    let deep: unknown = shared;
    for (let level = 0; level < 10; level++) deep = { deep };
    expect(problemsOf({ shallow: shared, deep }, rule)).toEqual([
      expect.stringMatching(/^metadata\.deep\..* is nested more than 100 levels deep$/),
    ]);
    expect(problemsOf({ deep, shallow: shared }, rule)).toHaveLength(1);
  });

  it("names a problem of a shared object at each of its places", () => {
    const shared = { bad: Number.NaN };
    expect(problemsOf([shared, shared], rule)).toEqual([
      expect.stringMatching(/^metadata\[0\]\.bad is NaN/),
      expect.stringMatching(/^metadata\[1\]\.bad is NaN/),
    ]);
  });

  it(`allows ${maxDepth} levels of nesting and no more`, () => {
    expect(problemsOf(nested(maxDepth), rule)).toEqual([]);
    expect(problemsOf(nested(maxDepth + 1), rule)).toEqual([
      expect.stringMatching(/is nested more than 100 levels deep$/),
    ]);
  });

  it("lets deferred values pass, whatever they are", () => {
    const isDate = (value: unknown) => value instanceof Date;
    expect(jsonProblems({ a: new Date(0), b: [new Date(0)] }, [], rule, isDate)).toEqual([]);
  });

  it("lets undefined members pass, which Pulumi drops", () => {
    expect(problemsOf({ a: undefined }, rule)).toEqual([]);
  });

  it("accepts what survives JSON", () => {
    const safe = fc
      .jsonValue({ maxDepth: 4 })
      .filter((value) => !/\\u0000|"__proto__"|\\u[dD][89a-fA-F]/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(safe, (value) => {
        fc.pre(!holdsUnsafeInteger(value));
        expect(problemsOf(value, rule)).toEqual([]);
      }),
    );
  });

  it("refuses half a surrogate pair, which is lost on its way to the provider", () => {
    expect(problemsOf({ a: "half \ud83d of a pair", whole: "\ud83d\ude00" }, rule)).toEqual([
      expect.stringMatching(/^metadata\.a contains an unpaired surrogate/),
    ]);
    expect(problemsOf({ "half \ud83d": 1, "whole \ud83d\ude00": 1 }, rule)).toEqual([
      expect.stringMatching(/^metadata\["half \\ud83d"\] has in its name an unpaired surrogate/),
    ]);
  });
});

function holdsUnsafeInteger(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsUnsafeInteger);
  if (isPlainObject(value)) return Object.values(value).some(holdsUnsafeInteger);
  return typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
}

describe("what only OpenMeter would refuse", () => {
  it.each<[string, unknown, RegExp]>([
    ["a NUL character", { a: "x\0y" }, /^metadata\.a contains a NUL character/],
    ["a NUL character in a name", { "a\0": 1 }, /^metadata\["a\\u0000"\] has in its name a NUL character/],
    ["an integer above 2^53 - 1", { a: 2 ** 53 }, /^metadata\.a is an integer that a JSON number cannot carry exactly/],
    ["an integer below -(2^53 - 1)", { a: -(2 ** 53) }, /^metadata\.a is an integer/],
    ["a huge whole number", { a: 1e300 }, /^metadata\.a is an integer/],
  ])("%s is refused by isStored and passes travels", (_what, value, message) => {
    expect(problemsOf(value, isStored)).toEqual([expect.stringMatching(message)]);
    expect(problemsOf(value, travels)).toEqual([]);
  });

  it.each([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0.1, 5e-324, -0])("the number %d is stored", (value) => {
    expect(problemsOf(value, isStored)).toEqual([]);
  });
});
