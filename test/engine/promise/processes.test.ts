import { type CustomResourceOptions, ProviderResource } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { longIt, sample } from "../../sample";
import { given, type Program, type TestStack, withStack } from "../stack";
import { declares, deletedDuring, keeping, set, subject } from "./scene";

/** Options that make the engine start another process of the provider for a resource, on the same server. */
const processes: Record<string, (url: string) => CustomResourceOptions> = {
  "the version option": () => ({ version: "3.0.0" }),
  "a provider resource with the same address": (url) => ({
    provider: new Account("account", url),
  }),
};

class Account extends ProviderResource {
  constructor(name: string, url: string) {
    super("pulumi-nodejs", name, { "openmeter:baseUrl": url });
  }
}

const kinds: Record<string, (name: string, key: string, options?: CustomResourceOptions) => unknown> = {
  Subject: subject,
  SubjectSet: (name, key, options) => set(name, [key], options),
};

const cases = Object.entries(processes).flatMap(([process, options]) =>
  Object.entries(kinds).map(([kind, make]) => [kind, process, { options, make }] as const),
);

describe("a move that changes the provider's process keeps the subject", () => {
  longIt.each(cases)("of a %s, with %s", async (_kind, _process, { options, make }) => {
    await withStack(async (test) => {
      await given(
        test,
        declares(() => make("old", "k1")),
      );
      const renamed = declares(() => make("new", "k1", options(test.emulator.url)));
      expect(await deletedDuring(test, () => keeping(test, ["k1"], () => test.up(renamed)))).toEqual([]);
    });
  });

  it.each(sample(cases.toReversed()))(
    "of a %s, with %s, after a crash between create and delete",
    async (_kind, _process, { options, make }) => {
      await withStack(async (test) => {
        const renamed = declares(() => make("new", "k1", options(test.emulator.url)));
        await cutBetweenCreateAndDelete(test, {
          both: declares(() => {
            make("old", "k1");
            make("new", "not yet", options(test.emulator.url));
          }),
        });
        expect(await deletedDuring(test, () => keeping(test, ["k1"], () => test.up(renamed)))).toEqual([]);
      });
    },
  );

  it.each(sample(Object.entries(processes)))(
    "that a set gives to a set of the other process, with %s",
    async (_, options) => {
      await withStack(async (test) => {
        await given(
          test,
          declares(() => set("s", ["k1", "k2"])),
        );
        const moved = declares(() => {
          const s = set("s", ["k2"]);
          set("t", ["k1"], { ...options(test.emulator.url), dependsOn: s });
        });
        expect(await deletedDuring(test, () => keeping(test, ["k1", "k2"], () => test.up(moved)))).toEqual([]);
      });
    },
  );
});

/** Makes the state of a run that was cut: the new resource is in it, the old one too, both with the key `k1` and its id. */
async function cutBetweenCreateAndDelete(test: TestStack, { both }: { readonly both: Program }): Promise<void> {
  await given(test, both);
  const state = await test.stack.exportStack();
  const { subjects } = test.emulator;
  const text = JSON.stringify(state.deployment)
    .replaceAll("not yet", "k1")
    .replaceAll(subjects.get("not yet")?.id ?? "absent", subjects.get("k1")?.id ?? "absent");
  await test.stack.importStack({ ...state, deployment: JSON.parse(text) });
  subjects.delete("not yet");
}
