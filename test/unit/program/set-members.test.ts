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
import { SubjectSet } from "../../../provider/src/index";
import { type RegisteredOptions, registration, resolved, startRun } from "./mocked-run";

const { subjectSet, subjectSetMembers } = resourceTypes;

class OtherAccount extends ProviderResource {}

/** What a set with these options brings along. */
async function companionOf(options?: CustomResourceOptions, state?: Readonly<Record<string, unknown>>) {
  const run = await startRun(state);
  const set = new SubjectSet("customers", { subjects: [{ key: "a" }] }, options);
  await registration(set);
  const found = run.registered.filter(({ type }) => type === subjectSetMembers);
  expect(found).toHaveLength(1);
  return { ...found[0], options: run.options.get(subjectSetMembers), set, setOptions: run.options.get(subjectSet) };
}

/** The aliases of the companion of a set with these aliases. */
async function aliases(given: Input<string | Alias>[]): Promise<RegisteredOptions["aliases"] | undefined> {
  return (await companionOf({ aliases: given })).options?.aliases;
}

describe("the companion of a set", () => {
  beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));

  it("has the set's name, the ids of its subjects and the URN of the set", async () => {
    const { name, inputs, set } = await companionOf(undefined, { subjectIds: '{"a":"01J"}' });
    expect(name).toBe("customers");
    expect(inputs).toEqual({
      subjectIds: '{"a":"01J"}',
      [marksProperty]: { urn: await resolved(set.urn) },
      __provider: providerLines.subjectSetMembers,
    });
  });

  it("is made as well where mocks know no ids", async () => {
    expect((await companionOf()).inputs).not.toHaveProperty("subjectIds");
  });

  it("has secret ids where the set has", async () => {
    const { registered } = await startRun({ subjectIds: secret('{"a":"01J"}') });
    await registration(new SubjectSet("customers", { subjects: [{ key: "a" }] }));
    expect(registered.find(({ type }) => type === subjectSetMembers)?.inputs.subjectIds).toMatchObject({
      value: '{"a":"01J"}',
    });
  });

  it("comes after the set, and is neither protected nor deleted before its replacement", async () => {
    const { options, set } = await companionOf({ protect: true, deleteBeforeReplace: true });
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
    const { options } = await companionOf({
      retainOnDelete: true,
      version: "3.1.4",
      pluginDownloadURL: "https://plugins.test",
      dependsOn: [],
      ignoreChanges: ["subjects"],
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
    const set = new SubjectSet("customers", { subjects: [] }, { parent });
    await registration(set);
    const options = run.options.get(subjectSetMembers);
    expect(options).toMatchObject({ parent: await resolved(parent.urn), protect: false });
    expect(run.options.get(subjectSet)).toMatchObject({ protect: true });
    const companion = run.registered.find(({ type }) => type === subjectSetMembers);
    expect(companion?.inputs[marksProperty]).toEqual({ urn: await resolved(set.urn) });
    expect(await resolved(set.urn)).toContain(`app:index:Tenant$${subjectSet}::customers`);
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
    await registration(new SubjectSet("customers", { subjects: [] }, optionsWith(provider)));
    expect(run.options.get(subjectSet)?.provider).toMatch(/other-account/);
    expect(run.options.get(subjectSetMembers)?.provider).toBe(run.options.get(subjectSet)?.provider);
  });

  it("is no part of what the package exports", () => {
    expect(Object.keys(index)).not.toContain("SubjectSetMembers");
  });
});

describe("the aliases of a set", () => {
  const urn = (types: string, name = "old") => `urn:pulumi:dev::shop::${types}::${name}`;

  it("reach its companion as URNs of its own type", async () => {
    expect(
      await aliases([
        urn(subjectSet),
        urn(`app:index:Tenant$${subjectSet}`),
        urn(`${subjectSet}$${subjectSet}`, `a::${subjectSet}`),
        urn("other:index:Customers", "older"),
      ]),
    ).toEqual([
      urn(subjectSetMembers),
      urn(`app:index:Tenant$${subjectSetMembers}`),
      urn(`${subjectSet}$${subjectSetMembers}`, `a::${subjectSet}`),
      urn(subjectSetMembers, "older"),
    ]);
  });

  it("reach it as names, parents and stacks, and no type, which is its own", async () => {
    expect(
      await aliases([
        { name: "old" },
        { type: subjectSet, stack: "dev" },
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
        output(urn(subjectSet)),
        Promise.resolve(urn(subjectSet, "older")),
        Promise.resolve({ name: "oldest", type: subjectSet }),
      ]),
    ).toEqual([urn(subjectSetMembers), urn(subjectSetMembers, "older"), { name: "oldest" }]);
  });

  it("stay as they are for the set", async () => {
    const { setOptions } = await companionOf({ aliases: [urn(subjectSet), { name: "old" }] });
    expect(setOptions?.aliases).toEqual([urn(subjectSet), { name: "old" }]);
  });
});
