import { describe, expect, it } from "vitest";
import { engineAt } from "./engine";

describe("an engine's environment", () => {
  it("puts an engine of our making first on PATH, once", () => {
    const engine = engineAt("/cache/bin", "3.259.0", "go", "linux");
    expect(engine.env({ PATH: "/node/bin:/cache/bin:/usr/bin", HOME: "/home/ada" })).toEqual({
      PATH: "/cache/bin:/node/bin:/usr/bin",
      HOME: "/home/ada",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
  });

  it("leaves PATH alone where the engine was found on it, so that it still says which node is used", () => {
    const engine = engineAt("/usr/bin", "3.259.0", "path", "linux");
    expect(engine.env({ PATH: "/node/bin:/usr/bin" }).PATH).toBe("/node/bin:/usr/bin");
    expect(engine.env({ PATH: "/node/bin" }).PATH).toBe("/node/bin:/usr/bin");
  });

  it("keeps the spelling that Windows has for PATH", () => {
    const engine = engineAt("C:\\engine\\bin", "3.259.0", "official", "win32");
    expect(engine.env({ Path: "C:\\node" })).toEqual({
      Path: "C:\\engine\\bin;C:\\node",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
  });

  it("does without a PATH", () => {
    expect(engineAt("/cache/bin", "3.259.0", "go", "linux").env({}).PATH).toBe("/cache/bin");
  });
});
