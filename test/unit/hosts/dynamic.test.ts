import { describe, expect, it } from "vitest";
import type { State } from "../../../provider/src/core/declaration";
import { Failure, PartialFailure } from "../../../provider/src/core/failure";
import { Told } from "../../../provider/src/core/told";
import { unknown } from "../../../provider/src/core/unknown";
import { withHostErrors } from "../../../provider/src/hosts/dynamic/errors";
import { fromHost, toHost } from "../../../provider/src/hosts/dynamic/values";
import { type Properties, Secret } from "../../../provider/src/hosts/resource";
import { pulumiSignatureKey, pulumiUnknownValue } from "../../../provider/src/json";
import { failureOf, subjects } from "./kinds";
import { many, start, startProcess } from "./stack";

const limit = 8 * 1024 * 1024;

/** How the host gets a partial failure whose state has these forms. */
function handedOver(...forms: readonly Properties[]): Promise<Error> {
  const state = {} as State; // handed on as it is
  const failure = new PartialFailure(state, { reasons: ["this", "that"], withoutState: "not kept, because of this" });
  const partial = () => ({ id: "id", forms: forms.map((form) => () => form) });
  return failureOf(
    withHostErrors({ resource: { partial }, told: new Told() }, { __provider: "code", other: 1 }, () =>
      Promise.reject(failure),
    ),
  );
}

describe("a partial failure", () => {
  it("carries its state and what the host finds the provider by", async () => {
    expect(await handedOver({ text: "x" }, {})).toMatchObject({
      id: "id",
      reasons: ["this", "that"],
      properties: { text: "x", __provider: "code" },
    });
  });

  it("carries it in the first form that is small enough", async () => {
    const failure = await handedOver({ text: "x".repeat(limit) }, { text: "x" });
    expect(failure).toMatchObject({ properties: { text: "x", __provider: "code" } });
  });

  it.each<[string, unknown]>([
    ["a text in bytes, not in characters", "ü".repeat(limit / 2)],
    ["a secret", new Secret("x".repeat(limit))],
    ["the numbers of a list, which take more in a message than in JSON", Array(limit / 8).fill(1)],
    ["names", { ["x".repeat(limit)]: null }],
  ])("is a plain one with all that there is to say where no form is, counting %s", async (_what, value) => {
    const failure = await handedOver({ value });
    expect(failure).toBeInstanceOf(Failure);
    expect(failure.message).toMatch(/^not kept/);
    for (const property of ["id", "properties", "reasons"]) {
      expect(failure).not.toHaveProperty(property);
    }
  });

  it("of a set has a packed form, which later runs read as any other", async () => {
    const { stack, server } = start(subjects);
    server.trouble({ on: "write", key: "b", status: 400 });
    const program = { s: many(subjects, { a: { displayName: "A" }, b: {} }) };
    await failureOf(stack.up(program));
    server.cure();
    const [[urn, entry] = []] = [...stack.state];
    const process = startProcess(subjects, server);
    const state = { ...(await stateOf(entry?.outputs ?? {})) };
    const { forms } = process.set.partial({ state, inputs: entry?.inputs ?? {} });
    const packed = forms[1]?.() ?? {};
    expect(packed.subjects).toMatch(/^gzip:/);
    const read = await process.set.read("s", packed);
    expect(read?.outputs.subjects).toBe('{"a":{"displayName":"A"}}');
    stack.state.set(urn ?? "", { ...Object(entry), outputs: packed });
    await stack.up(program);
    expect(server.keys().sort()).toEqual(["a", "b"]);
    expect((await stack.up(program)).steps).toEqual([]);

    async function stateOf({ subjects: text, subjectIds }: Properties): Promise<State> {
      const [objects, ids] = [JSON.parse(String(text)), JSON.parse(String(subjectIds))];
      const who = { urn, label: "s", isSet: true, secretFields: [], secretKeys: false, options: {} };
      return { ...who, objects: new Map(Object.entries(objects)), ids: new Map(Object.entries(ids)) } as State;
    }
  });

  it("leaves errors that are bugs, with their traces, and takes those of failures, which say all", async () => {
    const partial = () => ({ id: "", forms: [] });
    const bug = new TypeError("a bug");
    expect(
      await failureOf(withHostErrors({ resource: { partial }, told: new Told() }, {}, () => Promise.reject(bug))),
    ).toBe(bug);
    expect(bug.stack).toContain("dynamic.test");
    const failure = await failureOf(
      withHostErrors({ resource: { partial }, told: new Told() }, {}, () => Promise.reject(new Failure("why"))),
    );
    expect(failure.message).toBe("why");
    // What the host prints of it besides says neither the reason again nor where in the code it was found.
    expect(`${failure}: ${failure.stack}`).toBe("A resource: failed (see its own message)");
  });
});

describe("values of the host", () => {
  it("are unknown at any depth, come without the host's own, and go back as they came", () => {
    const raw = { key: "a", metadata: { list: [pulumiUnknownValue, { b: pulumiUnknownValue }], n: null } };
    const properties = fromHost({ ...raw, __provider: "code" });
    expect(properties).toEqual({ key: "a", metadata: { list: [unknown, { b: unknown }], n: null } });
    expect(toHost(properties)).toEqual(raw);
  });

  it("are marked where they are secret, as Pulumi marks secrets", () => {
    const marked = { [pulumiSignatureKey]: "1b47061264138c4ac30d75fd1eb44270", value: { a: pulumiUnknownValue } };
    expect(toHost({ a: [new Secret({ a: unknown })] })).toEqual({ a: [marked] });
  });
});
