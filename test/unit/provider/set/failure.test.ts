import { describe, expect, it } from "vitest";
import { OpenMeterError } from "../../../../provider/src/openmeter/errors";
import { inWords, membersExist, notDone, partlyDone, reasonsOf } from "../../../../provider/src/provider/set/failure";
import { setOf } from "./started-set";

const refusals = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `c${index}`, reason: "why" }));
const keys = (count: number) => refusals(count).map(({ key }) => key);
const nothing = { refused: [], stoppedBy: undefined, done: 0, total: 0 };
const stop = new OpenMeterError("unavailable", "no answer");

describe("the reasons of a failed set", () => {
  it("name up to twenty refused subjects, and count the rest", () => {
    expect(reasonsOf({ ...nothing, refused: refusals(1) })).toEqual(['"c0": why']);
    expect(reasonsOf({ ...nothing, refused: refusals(20) })).toHaveLength(20);
    expect(reasonsOf({ ...nothing, refused: refusals(2_021) }).slice(20)).toEqual(["2,001 more were refused"]);
  });

  it("end with what stopped it", () => {
    expect(reasonsOf({ refused: refusals(1), stoppedBy: stop, done: 1_000, total: 2_000 })).toEqual([
      '"c0": why',
      "stopped after 1,000 of 2,000: no answer",
    ]);
  });
});

describe("a set that failed", () => {
  it("in part says what was done, what the state holds and what to do", () => {
    const outputs = { ...setOf({}), ids: new Map() };
    const failure = partlyDone("customers", outputs, { ...nothing, refused: refusals(2), done: 1_000, total: 1_002 });
    expect(failure.message).toMatch(
      /^set "customers": 1,000 of 1,002 changes were made, 2 refused\. The state holds .*; correct the rest and run pulumi up again.*; "c0": why; "c1": why$/,
    );
    expect(failure).toMatchObject({
      id: "customers",
      outputs,
      reasons: [expect.any(String), '"c0": why', '"c1": why'],
    });
  });

  it("because it was stopped is only to be run again", () => {
    const outputs = { ...setOf({}), ids: new Map() };
    const { message } = partlyDone("customers", outputs, { ...nothing, stoppedBy: stop, done: 1, total: 2 });
    expect(message).toContain("0 refused. The state holds all that is known to be stored; run pulumi up again, which");
  });

  it.each([
    ["adopt", /continues from what is there\. Or divide the set$/],
    ["fail", /there\. For that run set onExisting: "adopt": what was created now exists already\. Or divide the set$/],
  ] as const)("and is too large for the state says how to go on with onExisting %s", (onExisting, end) => {
    const outputs = { ...setOf({}, { onExisting }), ids: new Map() };
    const undone = { ...nothing, refused: refusals(2), done: 1, total: 3 };
    const { unkept } = partlyDone("customers", outputs, undone);
    expect(unkept).toMatch(
      /^set "customers": 1 of 3 changes were made, 2 refused: "c0": why; "c1": why\. The set is too large .*pulumi up --refresh/,
    );
    expect(unkept).toMatch(end);
  });

  it("as a whole says why, and what to do", () => {
    expect(
      notDone(setOf({}), "created", { ...nothing, refused: refusals(1), stoppedBy: stop, total: 2 }).message,
    ).toMatch(/^set "customers" was not created: "c0": why; stopped after 0 of 2: no answer\. Run the command again/);
  });
});

describe("the refusal to take over subjects that exist", () => {
  it.each([
    [1, '"c0" exist'],
    [20, '"c18", "c19" exist'],
    [2_000, '"c18", "c19" and 1,980 more exist'],
  ])("names twenty of %d and counts the rest, and says how to adopt", (count, said) => {
    const { message } = membersExist(setOf({}), keys(count));
    expect(message).toMatch(/^set "customers": "c0".*nothing was sent\. To take them over, set onExisting: "adopt"/);
    expect(message).toContain(`${said} in OpenMeter already`);
    expect(message).not.toContain('"c20"');
  });
});

describe("refusals of the API", () => {
  it("are told by subject in the API's words", () => {
    expect(inWords([{ key: "a", error: new OpenMeterError("refused", "why") }])).toEqual([{ key: "a", reason: "why" }]);
  });
});
