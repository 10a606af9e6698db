import { describe, expect, it } from "vitest";
import { unknown } from "../../../provider/src/core/unknown";
import { failureOf, kinds } from "./kinds";
import { deployed, many, one, type Refused, Stack, startProcess, urnOf } from "./stack";

describe.each(kinds)("the check of %s", (_name, under) => {
  const { text, map, kind } = under;
  const { objects: objectsName, ids: idsName } = kind.names;
  const refusalOf = (inputs: object) => failureOf<Refused>(new Stack(under).preview({ a: one("acme", { ...inputs }) }));
  const setRefusalOf = (objects: object, inputs: object = {}) =>
    failureOf<Refused>(new Stack(under).preview({ s: many(under, { ...objects } as never, { ...inputs }) }));

  it("names the input that was meant, where there is one, and of what it is none", async () => {
    const [missing] = (await refusalOf({ [`${text}s`]: "x" })).failures;
    expect(missing?.property).toBe(`${text}s`);
    expect(missing?.reason).toMatch(
      new RegExp(`is not an input of a ${kind.name}; inputs are key, .*\\. Did you mean ${text}\\?$`),
    );
    const { message } = await refusalOf({ wholly: "other" });
    expect(message).toMatch(/wholly is not an input .*, undeclaredMetadata$/);
    expect((await setRefusalOf({}, { wholly: 1 })).message).toContain(`is not an input of a ${kind.name} set;`);
    expect((await setRefusalOf({ a: { wholly: 1 } })).message).toContain(`is not an input of a set's ${kind.name};`);
  });

  it.each<[unknown, string | undefined]>([
    ["5", '5 for a count, "5%" for a percentage'],
    [" 50 ", '50 for a count, "50%" for a percentage'],
    ["x5", undefined],
    ["5x", undefined],
    [-5, undefined],
    [["20%"], undefined],
  ])(
    "of maxDeletions %j says what is allowed, and of a count in quotes what may be meant: %s",
    async (value, meant) => {
      const { message } = await setRefusalOf({}, { maxDeletions: value });
      expect(message).toMatch(/^maxDeletions must be a whole number, or a percentage up to "100%"/);
      expect(message.split(": write ")[1]).toBe(meant);
    },
  );

  it("refuses a text that stands in for what a state cannot carry, which would never be sent", async () => {
    const { failures } = await refusalOf({ [text]: "(cannot be shown: an integer)" });
    expect(failures).toEqual([
      {
        property: text,
        reason: expect.stringMatching(new RegExp(`^${text} holds .*begins with "\\(cannot be shown:"`)),
      },
    ]);
  });

  it("counts the problems beyond twenty", async () => {
    const bad = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, "none"]));
    expect((await setRefusalOf(bad(20))).failures).toHaveLength(20);
    expect((await setRefusalOf(bad(21))).failures.at(-1)).toEqual({
      property: "",
      reason: `${objectsName} and 1 more problem`,
    });
  });

  it("says nothing of what would be done, and asks nothing, where it refuses", async () => {
    const server = under.start();
    const { set, reports } = startProcess(under, server);
    const { inputs } = many(under, { a: {}, b: { [text]: 5 } }, { onExisting: "match" });
    const { failures } = await set.check({}, { ...inputs, __openmeter: { urn: urnOf("set", "s") } });
    expect(failures).toHaveLength(1);
    expect({ reports, requests: server.requests() }).toEqual({ reports: [], requests: [] });
  });

  it("takes objects that are mistaken for no removal", async () => {
    const objects = (value: unknown) => Object.fromEntries(Array.from({ length: 15 }, (_, at) => [`k${at}`, value]));
    const { stack } = await deployed(under, { s: many(under, objects({}) as never) });
    const { message } = await failureOf(stack.preview({ s: many(under, objects("none") as never) }));
    expect(message).toContain(`k0 must be an object of a ${kind.name}'s fields`);
    expect(message).not.toContain("would lose");
  });

  it("names the set's input where too much would leave it", async () => {
    const objects = Object.fromEntries(Array.from({ length: 15 }, (_, at) => [`k${at}`, {}]));
    const { stack } = await deployed(under, { s: many(under, objects) });
    const { failures } = await failureOf<Refused>(stack.preview({ s: many(under, {}) }));
    expect(failures).toEqual([{ property: "", reason: expect.stringMatching(`^${objectsName} would lose 15 of 15`) }]);
    const [members, process] = [stack.state.get(urnOf("members", "s")), startProcess(under, stack.server)];
    const refused = await process.members.check(members?.inputs ?? {}, { ...members?.inputs, [idsName]: "{}" });
    expect(refused.failures).toEqual(failures);
  });

  it("does not read a set that is written just as before, which takes seconds where it is large", async () => {
    const { set, members } = startProcess(under, under.start());
    const marks = { __openmeter: { urn: urnOf("set", "s") } };
    const unread = { [objectsName]: "no JSON", [idsName]: "no JSON", ...marks };
    const inputs = { [objectsName]: "no JSON", ...marks };
    expect(await set.check(inputs, inputs)).toEqual({ inputs, failures: [] });
    expect(await set.diff("s", unread, inputs)).toEqual({ changes: false, replaces: [] });
    const ids = { [idsName]: "no JSON", ...marks };
    expect(await members.check(ids, ids)).toEqual({ inputs: ids, failures: [] });
    expect(await members.diff("s", ids, ids)).toEqual({ changes: false, replaces: [] });
  });

  it("previews the ids that a set is going to have, and those that are to come", async () => {
    const { stack } = await deployed(under, { s: many(under, { a: { [map]: {} } }) });
    const process = startProcess(under, stack.server);
    const [old, companion] = [stack.state.get(urnOf("set", "s")), stack.state.get(urnOf("members", "s"))];
    await process.set.check(old?.inputs ?? {}, { ...old?.inputs, [objectsName]: '{"a":{},"b":{}}' });
    const { inputs } = await process.members.check(companion?.inputs ?? {}, {
      ...companion?.inputs,
      [idsName]: unknown,
    });
    expect(JSON.parse(String(inputs[idsName]))).toEqual({
      a: stack.server.id("a"),
      b: expect.stringContaining("to be created"),
    });
    expect(inputs.__openmeter).toEqual({ urn: urnOf("set", "s") });
  });
});
