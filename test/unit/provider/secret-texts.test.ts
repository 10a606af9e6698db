import { describe, expect, it } from "vitest";
import type { Declaration } from "../../../provider/src/provider/declaration";
import { problem } from "../openmeter/fake-transport";
import type { StoredSubject } from "../openmeter/subjects-in-memory";
import { customers, detailsOf, partialFailureOf, setOf, startSets } from "./set/started-set";
import { created, failureOf, start } from "./started-lifecycle";

const key = "acme";
const secretive: Declaration = {
  key,
  displayName: "Acme",
  metadata: { token: "hunter2", pin: 271828, nested: [{ more: "hunter three" }] },
  secretFields: ["metadata"],
};

/** An answer of a server that quotes all that it ever was sent. */
const echo = (status: number) =>
  problem(status, `you sent ${JSON.stringify(secretive)} and ${encodeURIComponent("hunter three")}`);

describe("a server that quotes a secret of the program", () => {
  const shown = /\[secret\]/;
  const hidden = /hunter|271828/;

  it("is quoted without it when it refuses a create", async () => {
    const { lifecycle, server } = start();
    server.rule = () => echo(400);
    const { message } = await failureOf(lifecycle.create(secretive));
    expect(message).toMatch(shown);
    expect(message).not.toMatch(hidden);
    expect(message).toContain("Acme");
  });

  it("is quoted without it when it fails at an update, also when the program has just stopped to declare it", async () => {
    for (const now of [
      { ...secretive, displayName: "B" },
      { key, displayName: "B" },
    ]) {
      const { lifecycle, server, outputs } = await created(secretive);
      server.rule = () => echo(422);
      const { message } = await failureOf(lifecycle.update({ outputs }, now));
      expect(message).toMatch(shown);
      expect(message).not.toMatch(hidden);
    }
  });

  it("is quoted without it when a read or a delete fails", async () => {
    const { outputs } = await created(secretive);
    for (const operation of ["read", "delete"] as const) {
      const { lifecycle, server } = start();
      server.rule = () => echo(400);
      const { message } = await failureOf(
        operation === "read" ? lifecycle.read(key, outputs) : lifecycle.delete({ outputs }),
      );
      expect(message).toMatch(shown);
      expect(message).not.toMatch(hidden);
    }
  });

  it("is quoted without it when it stores it in another field", async () => {
    const { lifecycle, server } = start();
    server.hook = (stored: StoredSubject) => ({ ...stored, displayName: "Acme (hunter2)" });
    const { message } = await failureOf(lifecycle.create(secretive));
    expect(message).toContain('displayName is "Acme ([secret])" in OpenMeter and "Acme" in the program');
  });

  it("is quoted without it where an update shows that another writer has moved it", async () => {
    const { lifecycle, server, outputs, reports } = await created(secretive);
    server.hook = (stored: StoredSubject) => ({ ...stored, displayName: "hunter2" });
    const metadata = { ...secretive.metadata, plan: "pro" };
    await lifecycle.update({ outputs }, { ...secretive, metadata });
    expect(reports.join()).toContain('displayName is "[secret]" in OpenMeter');
  });
});

describe("a server that quotes a secret of a set", () => {
  const members = { a: { metadata: { token: "hunter2" } }, b: { displayName: "hunter3" } };

  it("is quoted without it, while the keys are named", async () => {
    const { sets, server } = startSets();
    server.rule = ({ body }) =>
      JSON.stringify(body).includes("hunter2") ? problem(400, JSON.stringify(body)) : undefined;
    const failure = await partialFailureOf(sets.create(setOf(members, { secret: true })));
    expect(detailsOf(failure).join()).toMatch(/^"a": OpenMeter answered 400 .*\[secret\]/);
    expect(`${failure.message}${failure.reasons}`).not.toContain("hunter");
  });

  it("is quoted without it when nothing can be read or deleted", async () => {
    const outputs = await startSets().sets.create(setOf(members, { secret: true }));
    for (const operation of ["read", "delete"] as const) {
      const { sets, server } = startSets();
      server.rule = () => problem(403, "hunter2, hunter3");
      const { message } = await failureOf(sets[operation](outputs));
      expect(message).toContain("[secret], [secret]");
    }
  });

  it("names no key where the keys are secret", async () => {
    const { sets, server, reports } = startSets();
    const options = { secret: true, secretKeys: true };
    const checked = { name: "customers", ...options };
    const subjects = JSON.stringify({ hunter4: {}, hunter5: { displayName: 5 } });
    expect(JSON.stringify(sets.check({ ...checked, subjects }, undefined))).not.toContain("hunter");
    expect(sets.check({ ...checked, subjects: '{"hunter4":{},"hunter5":{}}' }, undefined)).toMatchObject({ ok: true });
    expect(reports).toEqual(["customers: 2 to create of 2"]);

    server.rule = () => problem(409, "subject with key already exists: hunter4");
    const before = await sets.create(setOf({}, options));
    const refused = await partialFailureOf(sets.update(before, setOf({ hunter4: {}, hunter5: {} }, options)));
    expect(refused.reasons.join()).toContain("[secret]: OpenMeter answered 409");
    expect(`${refused.message}${refused.reasons}`).not.toContain("hunter");

    server.rule = () => undefined;
    server.seed({ key: "hunter4" });
    const foreign = await failureOf(sets.create(setOf({ hunter4: {} }, { ...options, onExisting: "fail" })));
    expect(foreign.message).toContain("1 of its subjects (their keys are secret) exist in OpenMeter already");
    expect(foreign.message).not.toContain("hunter");

    const many = JSON.stringify(Object.fromEntries(Object.keys(customers(20)).map((one) => [`hunter-${one}`, {}])));
    const guarded = sets.check({ ...checked, subjects: "{}" }, new Set(Object.keys(JSON.parse(many))));
    expect(guarded).toMatchObject({ ok: false });
    expect(JSON.stringify(guarded)).toContain("would remove 20 of 20 subjects (their keys are secret)");
    expect(JSON.stringify(guarded)).not.toContain("hunter");
  });

  it("is quoted without a secret key where a preview compares, and with one that is none", async () => {
    for (const [options, said] of [
      [{ secret: true, secretKeys: true }, "[secret] failed"],
      [{ secret: true }, "hunter4 failed"],
    ] as const) {
      const { sets, server } = startSets();
      server.rule = () => problem(400, "hunter4 failed");
      const now = setOf({ hunter4: {} }, { ...options, onExisting: "match" });
      expect((await failureOf(sets.foresee(now, undefined))).message).toContain(said);
    }
  });

  it("does not name a key that is kept where it is secret", async () => {
    const { sets, single, reports, run } = startSets();
    const outputs = await sets.create(setOf({ hunter4: {} }, { secret: true, secretKeys: true }));
    single.check({ key: "hunter4" }, false);
    run.apply();
    reports.length = 0;
    await sets.update(outputs, setOf({}, { secret: true, secretKeys: true }));
    expect(reports).toEqual(["customers: 1 of its subjects kept: another resource of this program declares it"]);
  });
});
