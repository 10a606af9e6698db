import { describe, expect, it } from "vitest";
import { goVersion, isAtLeast, MINIMUM_GO, MINIMUM_PULUMI, pulumiVersion } from "./version";

describe("pulumiVersion", () => {
  it.each([
    ["v3.259.0\n", "3.259.0"],
    ["3.216.4", "3.216.4"],
    ["v3.260.0-dev.12", "3.260.0-dev.12"],
    ["v3.260.0-alpha.xc0ffee+dirty", "3.260.0-alpha.xc0ffee"],
  ])("reads %j", (output, version) => {
    expect(pulumiVersion(output)?.version).toBe(version);
  });

  it.each(["", "\n", "unknown", "command not found"])("finds none in %j", (output) => {
    expect(pulumiVersion(output)).toBeNull();
  });
});

describe("goVersion", () => {
  it.each([
    ["go1.26.8\n", "1.26.8"],
    ["go1.25", "1.25.0"],
    ["go1.27rc1", "1.27.0"],
    ["go1.26.2 X:nodwarf5", "1.26.2"],
  ])("reads %j", (output, version) => {
    expect(goVersion(output)?.version).toBe(version);
  });

  it.each(["", "devel +0f1e2d", "gccgo"])("finds none in %j", (output) => {
    expect(goVersion(output)).toBeNull();
  });
});

describe("isAtLeast", () => {
  const pulumi = (output: string) => {
    const version = pulumiVersion(output);
    return version !== null && isAtLeast(version, MINIMUM_PULUMI);
  };
  const go = (output: string) => {
    const version = goVersion(output);
    return version !== null && isAtLeast(version, MINIMUM_GO);
  };

  it("compares numbers, not text", () => {
    expect([pulumi("v3.99.0"), pulumi("v3.215.9"), pulumi("v3.216.0"), pulumi("v3.1000.0"), pulumi("v4.0.0")]).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
    expect([go("go1.9"), go("go1.25.11"), go("go1.26"), go("go1.27.1")]).toEqual([false, false, true, true]);
  });

  it("takes a development build of the minimum for the minimum", () => {
    expect(pulumi("v3.216.0-dev.3")).toBe(true);
  });
});
