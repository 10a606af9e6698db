import { runtime } from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../../provider/src/openmeter/clock";
import { getSubject, getSubjectOrUndefined, listSubjects } from "../../../provider/src/resources/lookup";
import { avoidProxies, closeServers, serve } from "../openmeter/connected-transport";
import { FakeClock } from "../openmeter/fake-clock";
import { answer, reset, type Step, silence, truncate } from "../openmeter/scripted-server";
import { lateFailureOf, resolved, startRun } from "./mocked-run";

const apiKey = "om_secret_0123456789";
const record = {
  id: "01J",
  key: "acme",
  metadata: {},
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
};
const problem = (status: number, detail?: string) =>
  answer(status, JSON.stringify({ title: "T", detail }), { "content-type": "application/problem+json" });
const subjectNotFound = problem(404, "subject not found [namespace=default subject.idOrKey=acme]");
const page = (status: number) => answer(status, "<h1>Gateway</h1>", { "content-type": "text/html" });
const again = problem(429);

beforeEach(avoidProxies);
afterEach(async () => {
  vi.restoreAllMocks();
  runtime.setAllConfig({});
  await closeServers();
});

/** A run of a program whose server performs these steps, on a clock that stands still except while somebody sleeps. */
async function program(impatient: boolean, ...steps: Step[]) {
  const clock = new FakeClock(0, 0.5, impatient);
  for (const method of ["now", "sleep", "timeout", "random"] as const) {
    vi.spyOn(systemClock, method).mockImplementation(clock[method].bind(clock) as never);
  }
  const server = await serve(...steps);
  runtime.setAllConfig({ "openmeter:baseUrl": server.url, "openmeter:apiKey": apiKey });
  await startRun();
  return server;
}

// biome-ignore format: a table is read by its columns
const stays: [string, Step, number, string][] = [
  ["400",                  problem(400),            1, "OpenMeter answered 400 T"],
  ["401",                  problem(401),            1, "OpenMeter answered 401 T. Check openmeter:apiKey"],
  ["404 with a page",      page(404),               1, "The Subject API is not there; check that openmeter:baseUrl"],
  ["408",                  problem(408),            7, "OpenMeter answered 408 T (7 tries in 16 s)"],
  ["429",                  again,                  13, "OpenMeter answered 429 T (13 tries in 106 s)"],
  ["500",                  problem(500),            7, "OpenMeter answered 500 T (7 tries in 16 s)"],
  ["502 with a page",      page(502),               7, "OpenMeter answered 502 Bad Gateway: <h1>Gateway</h1> (7 tries in 16 s)"],
  ["503",                  problem(503),            7, "OpenMeter answered 503 T (7 tries in 16 s)"],
  ["a reset",              reset,                   7, "read ECONNRESET (7 tries in 16 s)"],
  ["half of an answer",    truncate,                7, "other side closed (UND_ERR_SOCKET) (7 tries in 16 s)"],
  ["a page",               page(200),               1, 'the server answered 200 with "text/html"'],
  ["an empty body",        answer(200),             1, "the server answered 200 with an empty body"],
  ["half of a JSON text",  answer(200, '[{"id"'),   1, "that is not what the Subject API answers"],
  ["a list of texts",      answer(200, '["a"]'),    1, "the answer is not a subject of OpenMeter's Subject API"],
  ["a redirect",           answer(307, "", { location: "http://127.0.0.1:1/" }), 1, "redirects to http://127.0.0.1:1/, which is not followed"],
];

describe("a look-up that meets a fault again and again", () => {
  it.each(stays)("%s: fails with its words", async (_fault, step, requests, words) => {
    const server = await program(false, step);
    const one = await lateFailureOf(() => void getSubject("acme").apply(() => {}));
    expect(one).toContain('getSubject: subject "acme" was not read: ');
    expect(one).toContain(words);
    expect(server.received).toHaveLength(requests);
    const all = await lateFailureOf(() => void listSubjects().apply(() => {}));
    expect(all).toContain("listSubjects: the list was not read: ");
    expect(all).toContain(words);
    expect(server.received).toHaveLength(2 * requests);
    expect(one + all).not.toContain(apiKey);
  });

  it("no answer: is given up after as many tries as are allowed", async () => {
    await program(true, silence);
    expect(await lateFailureOf(() => void getSubject("acme").apply(() => {}))).toContain("none within 30 s");
  });

  it("404 that speaks of the subject: is told apart from a failure", async () => {
    await program(false, subjectNotFound);
    expect(await resolved(getSubjectOrUndefined("acme"))).toBeUndefined();
    expect(await lateFailureOf(() => void getSubject("acme").apply(() => {}))).toContain('there is no subject "acme"');
  });
});

describe("a look-up that meets a fault once", () => {
  it.each<[string, Step]>([
    ["408", problem(408)],
    ["429", again],
    ["503", problem(503)],
    ["a reset", reset],
    ["half of an answer", truncate],
  ])("%s: has its answer from the second try", async (_fault, step) => {
    const server = await program(false, step, answer(200, JSON.stringify(record)));
    expect(await resolved(getSubject("acme"))).toMatchObject({ key: "acme", subjectId: "01J" });
    expect(server.received).toHaveLength(2);
  });
});
