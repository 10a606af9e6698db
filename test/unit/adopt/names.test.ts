import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { namesOf } from "../../../provider/src/adopt/names";

const nameOf = (key: string): string | undefined => namesOf([key], "subject").get(key);

/** Any units of UTF-16, halves of surrogate pairs among them. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 5 })
  .map((units) => String.fromCharCode(...units));

describe("the name of a resource", () => {
  it.each(["customer-42", "Acme.Inc_1", "alice@example.com", "клиент-7", "顧客42", "constructor", "10"])(
    "is the key where that reads as a name: %s",
    (key) => {
      expect(nameOf(key)).toBe(key);
    },
  );

  it.each([
    ["org/7/team 3", /^org-7-team-3-[0-9a-f]{10}$/],
    ["__proto__", /^proto-[0-9a-f]{10}$/],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a key that could be one
    ["`${boom}`", /^boom-[0-9a-f]{10}$/],
    ["../../etc", /^etc-[0-9a-f]{10}$/],
    ["a::b", /^a-b-[0-9a-f]{10}$/],
    ["*", /^subject-[0-9a-f]{10}$/],
    ["😀", /^subject-[0-9a-f]{10}$/],
    ["\u202Eevil\n", /^evil-[0-9a-f]{10}$/],
    ["x".repeat(2000), /^x{40}-[0-9a-f]{10}$/],
  ])("is what can be read of it and a hash for %j", (key, name) => {
    expect(nameOf(key)).toMatch(name);
  });

  it("depends on the key alone, so that it stays as the account grows", () => {
    const keys = ["a/b", "a b", "a-b", "plain"];
    const names = namesOf(keys, "subject");
    for (const key of keys) expect(nameOf(key)).toBe(names.get(key));
    expect(new Set(names.values()).size).toBe(4);
  });

  it("tells halves of surrogate pairs apart, which UTF-8 spells the same", () => {
    expect(nameOf("\ud800")).not.toBe(nameOf("\ud801"));
  });

  it("is not taken twice by a key that looks like the name of another", () => {
    const lookalike = String(nameOf("a/b"));
    const names = namesOf(["a/b", lookalike], "subject");
    expect(names.get(lookalike)).toBe(lookalike);
    expect(names.get("a/b")).toMatch(/^a-b-[0-9a-f]{10}$/);
    expect(names.get("a/b")).not.toBe(lookalike);
  });

  it("is unique, one for each key, and harmless in a URN and a terminal, whatever the keys are", () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyText), (keys) => {
        const names = namesOf(keys, "subject");
        expect([...names.keys()].sort()).toEqual([...keys].sort());
        expect(new Set(names.values()).size).toBe(keys.length);
        expect([...names.values()].filter((name) => !/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@-]*$/u.test(name))).toEqual([]);
      }),
    );
  });
});
