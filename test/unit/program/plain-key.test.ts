import { runtime } from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Subject, SubjectSet } from "../../../provider/src/index";
import { resolved, startRun } from "./mocked-run";

const settings = { "openmeter:apiKey": "om-key-never-to-be-seen" };

describe("an API key in the stack's configuration", () => {
  const warnings: string[] = [];
  beforeEach(() => {
    vi.spyOn(console, "warn").mockImplementation((line: string) => void warnings.push(line));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    warnings.length = 0;
    runtime.setAllConfig({});
  });

  const program = async () => {
    await startRun();
    const resources = [
      new Subject("a", { key: "a" }),
      new SubjectSet("b", { subjects: [] }),
      new Subject("c", { key: "c" }),
    ];
    await Promise.all(resources.map(({ urn }) => resolved(urn)));
  };

  it("that is not a secret draws one warning in each run, with the remedy and without the key", async () => {
    runtime.setAllConfig(settings, []);
    await program();
    expect(warnings).toEqual([
      expect.stringMatching(/openmeter:apiKey is not set as a secret.* pulumi config set --secret openmeter:apiKey$/),
    ]);
    await program();
    expect(warnings).toHaveLength(2);
    expect(warnings.join()).not.toContain("never-to-be-seen");
  });

  it.each([
    ["is a secret", settings, ["openmeter:apiKey"]],
    ["is not there", {}, []],
  ])("that %s draws none", async (_what, config, secrets) => {
    runtime.setAllConfig(config, secrets);
    await program();
    expect(warnings).toEqual([]);
  });
});
