import { type CustomResourceOptions, log, RunError } from "@pulumi/pulumi";
import { afterEach, describe, expect, it, vi } from "vitest";
import { resourceTypes } from "../../../provider/src/contract";
import { Customer, CustomerSet, Subject, SubjectSet } from "../../../provider/src/index";
import { registration, startRun } from "./mocked-run";

const warn = vi.spyOn(log, "warn").mockImplementation(async () => {});
afterEach(() => warn.mockClear());

const classes = [
  {
    of: "Subject",
    type: resourceTypes.subject,
    make: (options?: CustomResourceOptions) => new Subject("acme", { key: "a" }, options),
  },
  {
    of: "SubjectSet",
    type: resourceTypes.subjectSet,
    make: (options?: CustomResourceOptions) => new SubjectSet("acme", { subjects: [] }, options),
  },
  {
    of: "Customer",
    type: resourceTypes.customer,
    make: (options?: CustomResourceOptions) => new Customer("acme", { key: "a" }, options),
  },
  {
    of: "CustomerSet",
    type: resourceTypes.customerSet,
    make: (options?: CustomResourceOptions) => new CustomerSet("acme", { customers: [] }, options),
  },
];

describe.each(classes)("the options of a $of", ({ of, type, make }) => {
  it("import is refused, with what to do instead, and nothing is registered", async () => {
    const { registered } = await startRun();
    expect(() => make({ import: "customer-42" })).toThrow(RunError);
    expect(() => make({ import: "customer-42" })).toThrow(`${of} "acme": import is not supported, because`);
    expect(() => make({ import: "customer-42" })).toThrow(/leave it out, and the first pulumi up adopts what exists/);
    expect(registered).toEqual([]);
  });

  it("deleteBeforeReplace is switched off", async () => {
    const { options } = await startRun();
    await registration(make({ deleteBeforeReplace: true }));
    expect(options.get(type)).toMatchObject({ deleteBeforeReplace: false, deleteBeforeReplaceIsSet: true });
  });

  it.each<[keyof CustomResourceOptions, CustomResourceOptions, RegExp]>([
    ["deleteBeforeReplace", { deleteBeforeReplace: true }, /The replacement is created first, and /],
    ["customTimeouts", { customTimeouts: { create: "1m" } }, /openmeter:requestTimeout.* openmeter:maxRetries/],
    ["replaceOnChanges", { replaceOnChanges: ["key", "displayName"] }, /pulumi up --replace/],
  ])("%s has no effect, which one warning in a run says, with what to do instead", async (name, options, instead) => {
    for (const runs of [1, 2]) {
      await startRun();
      await registration(make(options), new Subject("globex", { key: "b" }, options));
      expect(warn).toHaveBeenCalledTimes(runs);
      const says = `^${of} "acme": ${name} has no effect, neither here nor on other resources of this package, because `;
      expect(warn).toHaveBeenLastCalledWith(expect.stringMatching(says));
      expect(warn).toHaveBeenLastCalledWith(expect.stringMatching(instead));
    }
  });

  it("others draw no warning", async () => {
    await startRun();
    await registration(
      make({
        deleteBeforeReplace: false,
        replaceOnChanges: ["key"],
        ignoreChanges: ["subjects", "displayName", "*"],
        protect: true,
      }),
    );
    expect(warn).not.toHaveBeenCalled();
  });
});

describe.each([
  {
    of: "SubjectSet",
    objects: "subjects",
    one: "subject",
    make: (options: CustomResourceOptions) => new SubjectSet("all", { subjects: [] }, options),
  },
  {
    of: "CustomerSet",
    objects: "customers",
    one: "customer",
    make: (options: CustomResourceOptions) => new CustomerSet("all", { customers: [] }, options),
  },
])("ignoreChanges of a $of", ({ of, objects, one, make }) => {
  it.each([".acme", '["acme"].displayName', "[0]", "[*].metadata"])(
    "below the objects is refused, with what to do instead: %s",
    async (below) => {
      const { registered } = await startRun();
      for (const path of [`${objects}${below}`, `["${objects}"]${below}`]) {
        const making = () => make({ ignoreChanges: ["onExisting", path] });
        expect(making).toThrow(`${of} "all": ignoreChanges cannot name ${path}, because Pulumi sees the ${objects} of`);
        expect(making).toThrow(/Leave the field out .* undeclaredMetadata: "keep" .*/);
        expect(making).toThrow(`Or declare the ${one} by a resource of its own`);
      }
      expect(registered).toEqual([]);
    },
  );

  it("is accepted where it names a whole input", async () => {
    await startRun();
    await registration(make({ ignoreChanges: [objects, `["${objects}"]`, "*", "maxDeletions"] }));
  });
});

describe("ignoreChanges of a Subject", () => {
  it("is accepted whatever it names: it has no subjects of which a text could speak", async () => {
    await startRun();
    await registration(new Subject("acme", { key: "a" }, { ignoreChanges: ["subjects[0]"] }));
  });
});

describe("a look-up of a subject as a resource", () => {
  it("draws no warning for options about deletion and changes", async () => {
    await startRun();
    await registration(Subject.get("acme", "a", { deleteBeforeReplace: true }));
    expect(warn).not.toHaveBeenCalled();
  });
});
