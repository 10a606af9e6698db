import fc from "fast-check";

/** Text as a JSON string, escaped now and then where JSON does not ask for it. */
export function quoted(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: text.map((value) => JSON.stringify(value)), weight: 4 },
    { arbitrary: text.map(escapedWhole), weight: 1 },
  );
}

/** All but the place of the prefix, which would else not be found. */
function escapedWhole(text: string): string {
  const escaped = (part: string) =>
    Array.from({ length: part.length }, (_, index) => part.charCodeAt(index).toString(16).padStart(4, "0"))
      .map((unit) => `\\u${unit}`)
      .join("");
  return `"${text.split("<P>").map(escaped).join("<P>")}"`;
}

/** Text that servers have opinions about. */
export const oddText = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "a",
    "é",
    "e\u0301",
    "😀",
    "\u0000",
    "a\u0000b",
    "\ud800",
    "x\udc00y",
    "\ufeff",
    "\ufffd",
    "\uffff",
    "\u2028",
    "\u007f",
    "\u0085",
    "\u001b[31m",
    "<&>'\"\\/",
    "%s%d%!",
    "__proto__",
    "null",
    "2024-01-31T10:00:00Z",
    "cus_1",
  ),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.string({ unit: "grapheme", maxLength: 8 }),
);

/** Numbers as JSON may spell them. */
const numberText = fc.oneof(
  fc.constantFrom(
    ..."0 -0 -0.0 0e5 1.0 1.50 1e2 1E+2 100e-2 1e21 1e-7 123456789.123456789 0.1 1e308 1.7976931348623157e308".split(
      " ",
    ),
    ..."1.7976931348623159e308 1e400 -1e400 5e-324 1e-400 9007199254740993 12345678901234567890 -9223372036854775809".split(
      " ",
    ),
  ),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
);

/** Whitespace that JSON allows, and now and then what only looks like it. */
const space = fc.oneof(
  { arbitrary: fc.constant(""), weight: 100 },
  { arbitrary: fc.constantFrom(" ", "\n", "\t\r\n"), weight: 15 },
  { arbitrary: fc.constantFrom("\u00a0", "\f", "\ufeff"), weight: 1 },
);

const tree = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.constantFrom("null", "true", "false"),
    numberText,
    quoted(oddText),
    tie("array"),
    tie("object"),
  ),
  array: fc
    .tuple(space, fc.array(tie("value"), { maxLength: 4 }))
    .map(([gap, items]) => `[${gap}${items.join(`${gap},`)}]`),
  object: fc
    .tuple(
      space,
      fc.uniqueArray(fc.tuple(quoted(oddText), tie("value")), { maxLength: 4, selector: ([name]) => JSON.parse(name) }),
    )
    .map(([gap, members]) => objectText(members, gap)),
}));

/** Any JSON value as text; names within one object differ. */
export const valueText: fc.Arbitrary<string> = tree.value;

/** Any JSON object as text. */
export const anyObjectText: fc.Arbitrary<string> = tree.object;

/** Puts an object together from names and values that are JSON text already. */
export function objectText(members: readonly (readonly [string, string])[], gap = ""): string {
  return `{${gap}${members.map(([name, value]) => `${name}:${gap}${value}`).join(`,${gap}`)}}`;
}

/** A deeply nested object, as deep as the emulator goes. */
export const deepText = fc
  .tuple(fc.constantFrom(5, 99, 500, 990), fc.constantFrom('{"a":', "["))
  .map(([depth, open]) => `{"a":${open.repeat(depth)}1${(open === "[" ? "]" : "}").repeat(depth)}}`);
