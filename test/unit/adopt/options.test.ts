import { describe, expect, it } from "vitest";
import { CommandFailure } from "../../../provider/src/adopt/command-failure";
import { readOptions } from "../../../provider/src/adopt/options";

describe("the command line of adopt", () => {
  it("without options means all subjects, all fields and protection", () => {
    expect(readOptions([])).toEqual({
      help: false,
      prefix: "",
      match: /(?:)/u,
      fields: ["displayName", "metadata", "stripeCustomerId"],
      single: false,
      protect: true,
      force: false,
      check: false,
      undeclared: false,
      stack: [],
      state: [],
    });
  });

  it("takes every option", () => {
    const args =
      "--url http://h --prefix c- --match ^c-\\d --set all --fields metadata,displayName --no-protect --out f.ts --force --undeclared --stack a --stack b";
    expect(readOptions(args.split(" "))).toMatchObject({
      url: "http://h",
      prefix: "c-",
      match: /^c-\d/u,
      fields: ["displayName", "metadata"],
      set: "all",
      protect: false,
      out: "f.ts",
      force: true,
      undeclared: true,
      stack: ["a", "b"],
    });
    expect(readOptions(["--fields", "none"])).toMatchObject({ fields: [] });
    expect(readOptions(["--single"])).toMatchObject({ single: true });
    expect(readOptions(["--check", "--state", "a.json"])).toMatchObject({ check: true, state: ["a.json"] });
    for (const help of ["--help", "-h"]) expect(readOptions([help])).toBe("help");
  });

  it.each([
    ["--colour", /^Unknown option '--colour'$/],
    ["--api-key=hush-hush", /^Unknown option '--api-key'$/],
    ["file.ts", /^Unexpected argument 'file\.ts'/],
    ["--set", /--set/],
    ["--set=", /^--set needs a name$/],
    ["--set all --single", /^--set and --single cannot be combined$/],
    ["--match (", /^--match "\(" is not a regular expression/],
    ["--fields name", /^--fields: "name" is not a field; fields are displayName, metadata, stripeCustomerId/],
    ["--force", /^--force needs --out/],
    ["--check --out f.ts", /^--check and --out cannot be combined$/],
    ["--check --undeclared", /cannot be combined/],
    ["--check --stack a --state f", /cannot be combined/],
    ["--state f", /^--state needs --check or --undeclared$/],
  ])("refuses %s and says why", (args, says) => {
    const read = () => readOptions(args.split(" "));
    expect(read).toThrow(CommandFailure);
    expect(read).toThrow(says);
  });
});
