import {
  type Alias,
  ComponentResource,
  type CustomResourceOptions,
  type Input,
  output,
  ProviderResource,
  rootStackResource,
  secret,
} from "@pulumi/pulumi";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { marksProperty, providerLines, resourceTypes } from "../../../provider/src/contract";
import * as index from "../../../provider/src/index";
import { CustomerSet, SubjectSet } from "../../../provider/src/index";
import { type RegisteredOptions, registration, resolved, startRun } from "./mocked-run";

/** The sets of each kind, and what they bring along. */
const classes = [
  {
    of: "SubjectSet",
    setType: resourceTypes.subjectSet,
    membersType: resourceTypes.subjectSetMembers,
    line: providerLines.subjectSetMembers,
    objects: "subjects",
    ids: "subjectIds",
    make: (members: { key: string }[], options?: CustomResourceOptions) =>
      new SubjectSet("customers", { subjects: members }, options),
  },
  {
    of: "CustomerSet",
    setType: resourceTypes.customerSet,
    membersType: resourceTypes.customerSetMembers,
    line: providerLines.customerSetMembers,
    objects: "customers",
    ids: "customerIds",
    make: (members: { key: string }[], options?: CustomResourceOptions) =>
      new CustomerSet("customers", { customers: members }, options),
  },
];

type SetClass = (typeof classes)[number];

class OtherAccount extends ProviderResource {}

/** What a set with these options brings along. */
async function companionOf(
  { make, setType, membersType }: SetClass,
  options?: CustomResourceOptions,
  state?: Readonly<Record<string, unknown>>,
) {
  const run = await startRun(state);
  const set = make([{ key: "a" }], options);
  await registration(set);
  const found = run.registered.filter(({ type }) => type === membersType);
  expect(found).toHaveLength(1);
  return { ...found[0], options: run.options.get(membersType), set, setOptions: run.options.get(setType) };
}

/** The aliases of the companion of a set with these aliases. */
async function aliasesIn(
  setClass: SetClass,
  given: Input<string | Alias>[],
): Promise<RegisteredOptions["aliases"] | undefined> {
  return (await companionOf(setClass, { aliases: given })).options?.aliases;
}

describe.each(classes)("the companion of a $of", (setClass) => {
  const { setType, membersType, line, objects, ids, make } = setClass;

  beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));

  it("has the set's name, the ids of its subjects and the URN of the set", async () => {
    const { name, inputs, set } = await companionOf(setClass, undefined, { [ids]: '{"a":"01J"}' });
    expect(name).toBe("customers");
    expect(inputs).toEqual({
      [ids]: '{"a":"01J"}',
      [marksProperty]: { urn: await resolved(set.urn) },
      __provider: line,
    });
  });

  it("is made as well where mocks know no ids", async () => {
    expect((await companionOf(setClass)).inputs).not.toHaveProperty(ids);
  });

  it("has secret ids where the set has", async () => {
    const { registered } = await startRun({ [ids]: secret('{"a":"01J"}') });
    await registration(make([{ key: "a" }]));
    expect(registered.find(({ type }) => type === membersType)?.inputs[ids]).toMatchObject({
      value: '{"a":"01J"}',
    });
  });

  it("comes after the set, and is neither protected nor deleted before its replacement", async () => {
    const { options, set } = await companionOf(setClass, { protect: true, deleteBeforeReplace: true });
    expect(options).toEqual({
      parent: "",
      dependencies: [await resolved(set.urn)],
      aliases: [],
      provider: "",
      version: "",
      pluginDownloadURL: "",
      protect: false,
      retainOnDelete: false,
      deleteBeforeReplace: false,
      deleteBeforeReplaceIsSet: true,
    });
  });

  it("takes over what the set's options say of where it belongs and of deletion", async () => {
    const { options } = await companionOf(setClass, {
      retainOnDelete: true,
      version: "3.1.4",
      pluginDownloadURL: "https://plugins.test",
      dependsOn: [],
      ignoreChanges: [objects],
    });
    expect(options).toMatchObject({
      retainOnDelete: true,
      version: "3.1.4",
      pluginDownloadURL: "https://plugins.test",
    });
  });

  it("has the set's parent, is not protected by it, and names the set by its URN below the parent", async () => {
    const run = await startRun();
    const parent = new ComponentResource("app:index:Tenant", "tenant", {}, { protect: true });
    const set = make([], { parent });
    await registration(set);
    const options = run.options.get(membersType);
    expect(options).toMatchObject({ parent: await resolved(parent.urn), protect: false });
    expect(run.options.get(setType)).toMatchObject({ protect: true });
    const companion = run.registered.find(({ type }) => type === membersType);
    expect(companion?.inputs[marksProperty]).toEqual({ urn: await resolved(set.urn) });
    expect(await resolved(set.urn)).toContain(`app:index:Tenant$${setType}::customers`);
  });

  it.each<[string, (provider: ProviderResource) => CustomResourceOptions]>([
    ["the set's", (provider) => ({ provider })],
    [
      "the one that a transformation gives the set",
      (provider) => ({ transformations: [({ props, opts }) => ({ props, opts: { ...opts, provider } })] }),
    ],
    [
      "the one that the parent hands down",
      (provider) => ({ parent: new ComponentResource("app:index:Tenant", "tenant", {}, { providers: [provider] }) }),
    ],
  ])("has the provider of the set: %s", async (_whose, optionsWith) => {
    const run = await startRun();
    const provider = new OtherAccount("pulumi-nodejs", "other-account", {});
    await registration(make([], optionsWith(provider)));
    expect(run.options.get(setType)?.provider).toMatch(/other-account/);
    expect(run.options.get(membersType)?.provider).toBe(run.options.get(setType)?.provider);
  });

  it("is no part of what the package exports", () => {
    expect(Object.keys(index)).not.toContain(`${setClass.of}Members`);
  });
});

describe.each(classes)("the aliases of a $of", (setClass) => {
  const { setType, membersType } = setClass;
  const aliases = (given: Input<string | Alias>[]) => aliasesIn(setClass, given);
  const urn = (types: string, name = "old") => `urn:pulumi:dev::shop::${types}::${name}`;

  it("reach its companion as URNs of its own type", async () => {
    expect(
      await aliases([
        urn(setType),
        urn(`app:index:Tenant$${setType}`),
        urn(`${setType}$${setType}`, `a::${setType}`),
        urn("other:index:Customers", "older"),
      ]),
    ).toEqual([
      urn(membersType),
      urn(`app:index:Tenant$${membersType}`),
      urn(`${setType}$${membersType}`, `a::${setType}`),
      urn(membersType, "older"),
    ]);
  });

  it("reach it as names, parents and stacks, and no type, which is its own", async () => {
    expect(
      await aliases([
        { name: "old" },
        { type: setType, stack: "dev" },
        { parent: rootStackResource },
        { parent: urn("app:index:Tenant"), name: output("old") },
      ]),
    ).toEqual([
      { name: "old" },
      { stack: "dev" },
      { noparent: true },
      { parenturn: urn("app:index:Tenant"), name: "old" },
    ]);
  });

  it("reach it where they are still to come", async () => {
    expect(
      await aliases([
        output(urn(setType)),
        Promise.resolve(urn(setType, "older")),
        Promise.resolve({ name: "oldest", type: setType }),
      ]),
    ).toEqual([urn(membersType), urn(membersType, "older"), { name: "oldest" }]);
  });

  it("stay as they are for the set", async () => {
    const { setOptions } = await companionOf(setClass, { aliases: [urn(setType), { name: "old" }] });
    expect(setOptions?.aliases).toEqual([urn(setType), { name: "old" }]);
  });
});
