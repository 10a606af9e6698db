/** Raw inputs of subjects as a program might declare them, right and wrong, with all that has ever been odd about values. */
import fc from "fast-check";

const oddText = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "a",
    " a ",
    "é",
    "e\u0301",
    "\u212b",
    "😀",
    "\u202e",
    "\ufeff",
    "\ufffd",
    "\uffff",
    "\u2028",
    "\u007f\u0085",
    "\u001b[31m",
    "\0",
    "\ud800",
    "x\udc00",
    "<script>&amp;",
    "2024-01-31T10:00:00Z",
    "null",
    "1e400",
    "cus_1",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);

/** Text about the sizes that the database can index. What compresses may be longer than what does not. */
const longText = fc
  .tuple(fc.constantFrom(2499, 2500, 2501, 2676, 2677, 2800, 9000), fc.constantFrom("k", "é", "random"), fc.nat())
  .map(([bytes, unit, seed]) =>
    unit === "random" ? noise(bytes, seed) : unit.repeat(Math.ceil(bytes / Buffer.byteLength(unit))),
  );

/** ASCII text that does not compress, the same for the same seed. */
function noise(length: number, seed: number): string {
  let state = seed % 2 ** 31 || 1;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (state % 93));
  }).join("");
}

const name = fc.oneof(
  {
    arbitrary: fc.constantFrom("plan", "a b", "", "0", "-1", "a.b", "a[0]", "$ref", "constructor", "toString", "key"),
    weight: 8,
  },
  { arbitrary: oddText, weight: 2 },
  { arbitrary: fc.constantFrom("__proto__", "4dabf18193072939515e22adb298388d"), weight: 1 },
);

const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(
    -0,
    0.1,
    5e-324,
    1.7976931348623157e308,
    1e21,
    1e-7,
    2 ** 53 - 1,
    2 ** 53,
    -(2 ** 53),
    1e15 + 0.3,
    123456789.12345679,
  ),
);

const json = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.constantFrom(null, true, false),
    number,
    oddText,
    fc.array(tie("value"), { maxLength: 4 }),
    tie("object"),
  ),
  object: fc.array(fc.tuple(name, tie("value")), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
}));

/** An object of so many levels, arrays or objects within each other. */
const deep = fc
  .tuple(fc.constantFrom(2, 99, 100, 101, 150), fc.constantFrom("list", "object"))
  .map(([levels, kind]) => {
    let value: unknown = 1;
    for (let level = 1; level < levels; level += 1) {
      value = kind === "list" ? [value] : { a: value };
    }
    return { a: value };
  });

const metadata = fc.oneof(
  { arbitrary: json.object, weight: 20 },
  { arbitrary: deep, weight: 2 },
  { arbitrary: json.value, weight: 1 },
);

const displayName = fc.oneof(
  { arbitrary: oddText, weight: 8 },
  { arbitrary: longText, weight: 1 },
  { arbitrary: json.value, weight: 1 },
);

const stripeCustomerId = fc.oneof(
  { arbitrary: fc.constantFrom("cus_1", "cus_", `cus_${"x".repeat(10_000)}`), weight: 6 },
  { arbitrary: oddText.map((text) => `cus_${text}`), weight: 2 },
  { arbitrary: fc.constantFrom("CUS_1", "", " cus_1", null, 1), weight: 1 },
);

/** The end of a key; a run's prefix stands before it. */
const keyEnd = fc.oneof(
  {
    arbitrary: fc.constantFrom(
      "",
      "a/b",
      "/",
      ".",
      "..",
      "/../",
      "%",
      "%41",
      "%2F",
      "%25",
      "100%",
      "%zz",
      "a b",
      "?x=1#y",
      "a+b",
      "a;b",
      "é%",
      "__proto__",
      "constructor",
      "\n",
      "04da6b54",
    ),
    weight: 8,
  },
  { arbitrary: oddText, weight: 4 },
  { arbitrary: longText.map((text) => text.slice(0, -30)), weight: 1 },
);

/** Inputs of one subject; its key is what a run makes of the end. */
export interface AnyInputs {
  readonly end: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export const anyInputs: fc.Arbitrary<AnyInputs> = fc.record({
  end: keyEnd,
  fields: fc.oneof(
    {
      arbitrary: fc.record({ displayName, metadata, stripeCustomerId }, { requiredKeys: [], noNullPrototype: true }),
      weight: 20,
    },
    {
      arbitrary: fc.record(
        { displayName, displayname: oddText, currentPeriodEnd: fc.constant("2024-01-31T10:00:00Z"), id: oddText },
        { requiredKeys: [], noNullPrototype: true },
      ),
      weight: 1,
    },
  ),
});
