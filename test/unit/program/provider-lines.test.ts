import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { providerLines, resourceTypes } from "../../../provider/src/contract";

describe("the interface to states that exist", () => {
  it("is these very lines, which may never change", () => {
    expect(providerLines).toEqual({
      subject: 'exports.handler=require("pulumi-openmeter/dynamic").subject',
      subjectSet: 'exports.handler=require("pulumi-openmeter/dynamic").subjectSet',
      subjectSetMembers: 'exports.handler=require("pulumi-openmeter/dynamic").subjectSetMembers',
      customer: 'exports.handler=require("pulumi-openmeter/dynamic").customer',
      customerSet: 'exports.handler=require("pulumi-openmeter/dynamic").customerSet',
      customerSetMembers: 'exports.handler=require("pulumi-openmeter/dynamic").customerSetMembers',
    });
    expect(resourceTypes).toEqual({
      subject: "pulumi-nodejs:dynamic/openmeter:Subject",
      subjectSet: "pulumi-nodejs:dynamic/openmeter:SubjectSet",
      subjectSetMembers: "pulumi-nodejs:dynamic/openmeter:SubjectSetMembers",
      customer: "pulumi-nodejs:dynamic/openmeter:Customer",
      customerSet: "pulumi-nodejs:dynamic/openmeter:CustomerSet",
      customerSetMembers: "pulumi-nodejs:dynamic/openmeter:CustomerSetMembers",
    });
  });

  it("names a module that the package exports to plain require", () => {
    const { exports }: { exports: Record<string, { default?: string }> } = createRequire(import.meta.url)(
      "../../../provider/package.json",
    );
    expect(exports["./dynamic"]?.default).toBe("./dist/dynamic.js");
  });

  it("names exports that this module has", () => {
    const source = readFileSync(join(import.meta.dirname, "../../../provider/src/dynamic.ts"), "utf8");
    const exported = [...source.matchAll(/^export function (\w+)\(/gm)].map(([, name]) => name);
    expect(exported.sort()).toEqual(Object.keys(providerLines).sort());
  });
});
