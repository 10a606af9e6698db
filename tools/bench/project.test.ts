import { describe, expect, it } from "vitest";
import { serverEnvironment } from "./project";

describe("what a competitor is told of the server", () => {
  it("is its address alone: an API key of the surroundings is not handed on, and so in no result", () => {
    const surroundings = {
      OPENMETER_API_KEY: "never",
      OPENMETER_TOKEN: "never",
      OPENMETER_URL: "https://elsewhere.test",
    };
    const told = { ...surroundings, ...serverEnvironment("http://127.0.0.1:1") };
    expect(told.OPENMETER_URL).toBe("http://127.0.0.1:1");
    expect(JSON.stringify(told)).not.toContain("never");
  });
});
