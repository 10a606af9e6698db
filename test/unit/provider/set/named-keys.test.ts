import { describe, expect, it } from "vitest";
import { formatCount, namedKey, namedKeys } from "../../../../provider/src/provider/set/named-keys";

describe("keys in a message", () => {
  it("are named up to a number, and the rest is counted", () => {
    expect(namedKeys(["a", "b"], 2)).toBe('"a", "b"');
    expect(namedKeys(["a", "b", "c", "d"], 2)).toBe('"a", "b" and 2 more');
  });

  it("cannot repaint the terminal", () => {
    expect(namedKeys(["\u001b[2J\u009b"], 1)).toBe('"\\u001b[2J\\u009b"');
    expect(namedKey("a\nb")).toBe('"a\\nb"');
  });

  it("are not named where they are secret", () => {
    expect(namedKey("hunter2", true)).toBe("[secret]");
    expect(namedKeys(["hunter2"], 5, true)).not.toContain("hunter");
  });
});

describe("a count", () => {
  it("is written alike on every machine", () => {
    expect([0, 999, 1_000, 1_234_567].map(formatCount)).toEqual(["0", "999", "1,000", "1,234,567"]);
  });
});
