import { RunError } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { currentRun, declareKey } from "../../../provider/src/resources/declared-keys";
import { startRun } from "./mocked-run";

describe("a key", () => {
  it("belongs to one resource of a run; the error names both", () => {
    const run = {};
    declareKey(run, "k", 'Subject "first"');
    declareKey(run, "other", 'Subject "second"');
    expect(() => declareKey(run, "k", 'Subject "third"')).toThrow(RunError);
    expect(() => declareKey(run, "k", 'Subject "third"')).toThrow(
      'Subject "third" declares the key "k", which Subject "first" declares too. A key belongs to one resource',
    );
  });

  it("is compared exactly", () => {
    const run = {};
    declareKey(run, "k", 'Subject "first"');
    declareKey(run, "K", 'Subject "second"');
    declareKey(run, "k ", 'Subject "third"');
    declareKey(run, "__proto__", 'Subject "fourth"');
    expect(() => declareKey(run, "__proto__", 'Subject "fifth"')).toThrow('Subject "fourth"');
  });

  it("may be declared in another run of the same process", () => {
    declareKey({}, "k", 'Subject "first"');
    expect(() => declareKey({}, "k", 'Subject "first"')).not.toThrow();
  });

  it("is not looked at outside of any run", () => {
    declareKey(undefined, "k", 'Subject "first"');
    expect(() => declareKey(undefined, "k", 'Subject "second"')).not.toThrow();
  });
});

describe("the current run", () => {
  it("stays the same within a run and is another one in the next", async () => {
    await startRun();
    const run = currentRun();
    expect(run).toBeDefined();
    expect(currentRun()).toBe(run);
    await startRun();
    expect(currentRun()).not.toBe(run);
  });
});
