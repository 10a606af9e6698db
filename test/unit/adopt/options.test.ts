import { describe, expect, it } from "vitest";
import { CommandFailure } from "../../../provider/src/adopt/command-failure";
import { readOptions } from "../../../provider/src/adopt/options";

describe("the command line of adopt", () => {
  it("without options means all subjects, all fields and protection", () => {
    expect(readOptions([])).toEqual({
      help: false,
      source: "subjects",
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

  it("takes of customers what lists have, unless it is told otherwise", () => {
    const listed = ["name", "description", "subjectKeys", "primaryEmail", "currency", "billingAddress", "metadata"];
    expect(readOptions(["--customers"])).toMatchObject({ source: "customers", fields: listed });
    expect(readOptions(["--customers", "--fields", "stripeCustomerId,name"])).toMatchObject({
      fields: ["name", "stripeCustomerId"],
    });
    expect(readOptions(["--from-subjects"])).toMatchObject({
      source: "from-subjects",
      fields: ["name", "subjectKeys", "metadata", "stripeCustomerId"],
    });
    expect(readOptions(["--from-subjects", "--undeclared", "--state", "f"])).toMatchObject({ undeclared: true });
  });

  it.each([
    ["--colour", /^Unknown option '--colour'$/],
    ["--api-key=hush-hush", /^Unknown option '--api-key'$/],
    ["file.ts", /^Unexpected argument 'file\.ts'/],
    ["--set", /--set/],
    ["--set=", /^--set needs a name$/],
    ["--set all --single", /^--set and --single cannot be combined$/],
    ["--match (", /^--match "\(" is not a regular expression/],
    ["--fields names", /^--fields: "names" is not a field; fields are displayName, metadata, stripeCustomerId$/],
    ["--fields displayname", /Did you mean displayName\?$/],
    ["--fields name", /^--fields: "name" is not a field; .*\. It is a field of customers: add --customers$/],
    ["--customers --fields displayName", /^--fields: "displayName" is not a field; .*\. Customers call it name$/],
    ["--from-subjects --fields currency", /fields are name, subjectKeys, metadata, stripeCustomerId$/],
    [
      "--customers --from-subjects",
      /^--customers and --from-subjects cannot be combined\. Did you mean --from-subjects/,
    ],
    [
      "--from-subjects --check --state f",
      /^--check --from-subjects and --state cannot be .*mean --check --customers\?$/,
    ],
    ["--customer", /^Unknown option '--customer'\. Did you mean --customers\?$/],
    ["--fromSubjects=x", /^Unknown option '--fromSubjects'\. Did you mean --from-subjects\?$/],
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
