import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeByKey, pack } from "../../../provider/src/hosts/set-text";
import { encodeByKey, isPlainObject, jsonEqual } from "../../../provider/src/json";
import { subjectKind } from "../../../provider/src/kinds/subject/fields";
import { encodeMembers } from "../../../provider/src/program/members";
import { anyFields, oddName } from "../core/any-value";

/** The same value with the members of every object the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(turned);
  }
  const members = isPlainObject(value) ? Object.entries(value).reverse() : undefined;
  return members === undefined ? value : Object.fromEntries(members.map(([key, member]) => [key, turned(member)]));
}

const anyObjects = fc.array(fc.tuple(oddName, anyFields), { maxLength: 12 }).map((members) => new Map(members));

describe("objects as one text", () => {
  it("come back as they were, packed or not, whatever their keys and names are", () => {
    fc.assert(
      fc.property(anyObjects, (objects) => {
        const text = encodeByKey(objects);
        for (const form of [text, pack(text)]) {
          const again = decodeByKey(form);
          expect([...again.keys()].sort()).toEqual([...objects.keys()].sort());
          for (const [key, fields] of objects) {
            expect(jsonEqual(again.get(key), fields)).toBe(true);
          }
        }
      }),
    );
  });

  it("are one text in whatever order, the one that the program side writes", () => {
    fc.assert(
      fc.property(anyObjects, (objects) => {
        const text = encodeByKey(objects);
        const other = [...objects].reverse().map(([key, fields]) => [key, turned(fields)] as const);
        expect(encodeByKey(other)).toBe(text);
        expect(
          encodeMembers(
            subjectKind,
            [...objects].map(([key, fields]) => ({ ...fields, key })),
          ).text,
        ).toBe(text);
      }),
    );
  });

  it("are none where the state holds nothing", () => {
    for (const text of [undefined, null, 5, "[]", "null", "{}"]) {
      expect(decodeByKey(text)).toEqual(new Map());
    }
    expect(decodeByKey('{"__proto__":"x"}').get("__proto__")).toBe("x");
  });
});
