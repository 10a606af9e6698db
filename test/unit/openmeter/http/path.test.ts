import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveTarget } from "../../../../emulator/src/path";
import { keySegment } from "../../../../provider/src/openmeter/http/path";

/** The key that OpenMeter sees, by what was measured of it; the emulator decodes as it does. */
function keySeenByServer(segment: string): string | undefined {
  const target = resolveTarget(new URL(`http://openmeter.test/api/v1/subjects/${segment}`).pathname);
  return target.kind === "subject" ? target.idOrKey : undefined;
}

/** The same for a server where the double decoding is mended. */
function keySeenByMendedServer(segment: string): string {
  return decodeURIComponent(new URL(`http://openmeter.test/subjects/${segment}`).pathname.slice("/subjects/".length));
}

const awkward = fc.string({
  unit: fc.constantFrom("%", "2", "F", "f", "p", ".", "/", "?", "#", "&", "+", " ", ":", "é", "\n"),
  maxLength: 8,
});
const anyKey = fc.oneof(awkward, fc.string({ unit: "binary" }), fc.string());

describe("the path segment of a key", () => {
  it("encodes in capitals, as the standard asks for", () => {
    expect(keySegment("j%z")).toBe("%6A%25z");
  });

  it("reaches exactly this key on the real server, where there is one", () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const segment = keySegment(key);
        if (segment !== undefined) expect(keySeenByServer(segment)).toBe(key);
      }),
      { numRuns: 2_000 },
    );
  });

  it("reaches exactly this key on a server that decodes once, too", () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const segment = keySegment(key);
        if (segment !== undefined) expect(keySeenByMendedServer(segment)).toBe(key);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is missing only for keys that no spelling saves", () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const hopeless =
          key === "" || key === "." || key === ".." || (key.includes("%") && !/[A-Za-z0-9_~-]/.test(key));
        expect(keySegment(key) === undefined).toBe(hopeless);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is one segment of printable ASCII", () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        expect(keySegment(key) ?? "x").toMatch(/^[!-"$-.0-<=@-~]+$/);
      }),
    );
  });

  it.each<[string, string | undefined]>([
    ["customer-42", "customer-42"],
    ["a/b", "a%2Fb"],
    ["a b", "a%20b"],
    ["a?b#c", "a%3Fb%23c"],
    ["a+b&c:d", "a%2Bb%26c%3Ad"],
    ["ü", "%C3%BC"],
    ["...", "..."],
    ["a.", "a."],
    ["p%2Fq", "%70%252Fq"],
    ["100%", "%3100%25"],
    ["%a", "%25%61"],
    ["%25", "%25%325"],
    ["/%/x", "%2F%25%2F%78"],
    ["%", undefined],
    ["%%", undefined],
    ["%.", undefined],
    ["%/é", undefined],
    [".", undefined],
    ["..", undefined],
    ["", undefined],
  ])("of %j is %s", (key, segment) => {
    expect(keySegment(key)).toBe(segment);
  });

  it("is missing for half a surrogate pair, which UTF-8 cannot spell", () => {
    expect(keySegment("half \ud83d")).toBeUndefined();
  });

  it("would reach another subject without the second escape", () => {
    expect(keySeenByServer(encodeURIComponent("p%2Fq"))).toBe("p/q");
  });
});
