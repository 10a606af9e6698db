import { createEmulator } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import type { Failure } from "../../../provider/src/core/failure";
import { objectResource } from "../../../provider/src/hosts/objects";
import { Session } from "../../../provider/src/hosts/session";
import { singleForm } from "../../../provider/src/hosts/single";
import { FakeClock, sendTo } from "../connection";
import { failureOf, subjects } from "./kinds";

const address = { "openmeter:baseUrl": "http://127.0.0.1:1" };
const named = (key: string, name = key) => ({ key, __openmeter: { urn: `urn:${name}` } });

/** A session that is not configured yet, at a server of its own. */
function startSession() {
  const emulator = createEmulator();
  const messages: object[] = [];
  const ticks = new Set<() => void>();
  let now = 0;
  const clock = Object.assign(new FakeClock(), {
    now: () => now,
    every: (_ms: number, ring: () => void) => {
      ticks.add(ring);
      return () => ticks.delete(ring);
    },
  });
  const host = {
    engineAddress: "unit.test:1",
    environment: {},
    report: (message: string, about?: object) => void messages.push({ message, ...about }),
    clock,
    send: sendTo(emulator),
  };
  const session = new Session(host);
  const around = session.surroundings(subjects.kind, (connection) => connection.subjects);
  const resource = objectResource(around, session, singleForm(subjects.kind));
  const pass = (ms: number) => {
    now += ms;
    for (const ring of [...ticks]) {
      ring();
    }
  };
  return { session, around, resource, emulator, messages, pass };
}

describe("the session of a provider", () => {
  it("works at the server that its configuration names, once for all types of resources", async () => {
    const { session, resource, emulator } = startSession();
    session.configure(address);
    session.configure(address);
    const { inputs, failures } = await resource.check({}, named("a"));
    expect(failures).toEqual([]);
    await resource.create(inputs);
    expect(emulator.subjects.list().map(({ key }) => key)).toEqual(["a"]);
    expect(await resource.read("a", {})).toMatchObject({ outputs: { key: "a" } });
  });

  it("fails each check with what is wrong with the configuration, and each operation, and sends nothing", async () => {
    const { session, resource, emulator, messages } = startSession();
    session.configure({ "openmeter:baseUrl": "nonsense", "openmeter:apikey": "typo" });
    const { failures } = await resource.check({}, named(""));
    expect(failures.map(({ property, reason }) => `${property}: ${reason}`)).toEqual([
      expect.stringMatching(/^: .*(apikey|baseUrl)/),
      expect.stringMatching(/^: .*(apikey|baseUrl)/),
      expect.stringContaining("key: key must not be empty"),
    ]);
    const failure = await failureOf<Failure>(resource.create(named("a")));
    const [first, second] = failures.map(({ reason }) => reason);
    expect(failure.message).toBe(`the OpenMeter provider is not configured: ${first}; ${second}`);
    // The reasons are told once.
    expect(session.told.messageOf(failure)).toBe(failure.message);
    const again = session.told.messageOf(await failureOf<Failure>(resource.create(named("b"))));
    expect(again).toBe("the OpenMeter provider is not configured (another message says why)");
    expect(emulator.requests.list()).toEqual([]);
    session.configure({ "openmeter:baseUrl": "http://openmeter.example", "openmeter:apiKey": "om_0123456789" });
    session.configure({ "openmeter:baseUrl": "http://openmeter.example", "openmeter:apiKey": "om_0123456789" });
    expect((await resource.check({}, named("a"))).failures).toEqual([]);
    expect(messages).toEqual([{ message: expect.stringMatching(/uses http/), level: "warning" }]);
  });

  it("fails where it is used before it was configured", async () => {
    const { resource } = startSession();
    const { failures } = await resource.check({}, named("a"));
    expect(failures).toEqual([{ property: "", reason: expect.stringContaining("before it was configured") }]);
    await expect(resource.create(named("a"))).rejects.toThrow("before it was configured");
  });

  it("says the same of a resource once, unless it is on how far something has come", () => {
    const { around, messages } = startSession();
    for (const about of [{ urn: "urn:a" }, { urn: "urn:a" }, { urn: "urn:b" }, undefined, undefined]) {
      around.report("is kept", about);
    }
    around.report("1 of 2 done", { level: "status" });
    around.report("1 of 2 done", { level: "status" });
    expect(messages).toEqual([
      { message: "is kept", urn: "urn:a" },
      { message: "is kept", urn: "urn:b" },
      { message: "is kept" },
      { message: "1 of 2 done", level: "status" },
      { message: "1 of 2 done", level: "status" },
    ]);
  });

  it("says what single objects wait for", async () => {
    const { session, resource, emulator, messages, pass } = startSession();
    session.configure(address);
    let answer = () => {};
    const waits = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const asked = new Promise<void>((resolve) => {
      emulator.faults.add({
        kind: "call",
        match: { method: "POST" },
        times: 1,
        before: async () => {
          resolve();
          await waits;
        },
      });
    });
    const created = resource.create(named("a"));
    await asked;
    pass(6_000);
    answer();
    await created;
    expect(messages).toEqual([
      { message: expect.stringMatching(/^subject "a" waits: .*http:\/\/127\.0\.0\.1:1/), level: "status" },
    ]);
  });
});
