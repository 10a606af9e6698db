import { describe, expect, it } from "vitest";
import { unknown } from "../../../provider/src/provider/declaration";
import { readElsewhere } from "../../../provider/src/provider/elsewhere";

describe("what a set was told of other resources", () => {
  it("is their keys, each with the fields that are declared of it", () => {
    expect([...readElsewhere('{"":["a"],"displayName,metadata":["b","c"]}')]).toEqual([
      ["a", { key: "a" }],
      ["b", { key: "b", displayName: unknown, metadata: unknown }],
      ["c", { key: "c", displayName: unknown, metadata: unknown }],
    ]);
  });

  it.each(["null", "[5]", '{"":5}'])("is nothing in a state that another version wrote: %s", (text) => {
    expect([...readElsewhere(text)]).toEqual([]);
  });
});
