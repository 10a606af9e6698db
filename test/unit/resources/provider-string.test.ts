import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { subjectProvider, subjectType } from "../../../provider/src/resources/provider-string";

describe("the interface to states that exist", () => {
  it("is this very line, which may never change", () => {
    expect(subjectProvider).toBe('exports.handler=require("pulumi-openmeter/dynamic").subject');
    expect(subjectType).toBe("pulumi-nodejs:dynamic/openmeter:Subject");
  });

  it("is short, since each resource in the state repeats it", () => {
    expect(Buffer.byteLength(subjectProvider)).toBeLessThanOrEqual(80);
  });

  it("names a module that the package exports to plain require", () => {
    const { exports }: { exports: Record<string, { default?: string }> } = createRequire(import.meta.url)(
      "../../../provider/package.json",
    );
    expect(exports["./dynamic"]?.default).toBe("./dist/dynamic.js");
  });
});
