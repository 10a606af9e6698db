import { runtime, secret } from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { getSubject } from "../../../provider/src/index";
import { startConnectProxy } from "../../servers/connect-proxy";
import { startSubjectServer } from "../../servers/subject-server";
import { answer, serveSteps } from "../openmeter/scripted-server";
import { lateFailureOf, resolved, startRun } from "./mocked-run";

const apiKey = "om-key-never-to-be-seen";
const problem = (detail: string) =>
  answer(404, JSON.stringify({ title: "Not Found", detail }), { "content-type": "application/problem+json" });

describe("a look-up", () => {
  const closing: (() => Promise<unknown>)[] = [];
  const warnings: string[] = [];
  beforeEach(() => {
    vi.spyOn(console, "error").mockImplementation((line: string) => void warnings.push(line));
    vi.spyOn(console, "warn").mockImplementation((line: string) => void warnings.push(line));
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    warnings.length = 0;
    for (const close of closing.splice(0)) await close();
  });

  const configure = (baseUrl: string) =>
    runtime.setAllConfig({ "openmeter:baseUrl": baseUrl, "openmeter:apiKey": apiKey });

  it("warns once that the API key travels unencrypted to another host", async () => {
    const server = await startSubjectServer();
    const proxy = await startConnectProxy(server.port);
    closing.push(server.close, proxy.close);
    vi.stubEnv("http_proxy", proxy.url);
    await startRun();
    configure("http://openmeter.test");
    const found = [getSubject("acme"), getSubject("acme")];
    for (const one of found) expect(await resolved(one.apply(({ displayName }) => displayName))).toBe("Acme");
    expect(warnings.filter((line) => line.includes("sent unencrypted: openmeter.test"))).toHaveLength(1);
    expect(warnings.join()).not.toContain(apiKey);
  });

  it.each([
    ["that it does not know", "subject not found [idOrKey=hunter2-key]", /there is no subject \[secret\] in OpenMeter/],
    [
      "that it refuses, which is quoted",
      "no operation for hunter2-key",
      /subject \[secret\] was not read: .* no operation for \[secret\]/,
    ],
  ])("names no secret key %s", async (_what, detail, says) => {
    const server = await serveSteps([problem(detail)]);
    closing.push(server.close);
    await startRun();
    configure(server.url);
    const message = await lateFailureOf(() => getSubject(secret("hunter2-key")));
    expect(message).toMatch(says);
    expect(message).not.toContain("hunter2");
  });

  it("shows a key so that it cannot repaint the terminal", async () => {
    const server = await serveSteps([problem("subject not found")]);
    closing.push(server.close);
    await startRun();
    configure(server.url);
    expect(await lateFailureOf(() => getSubject("\u001b[2J\u009b"))).toContain(
      'there is no subject "\\u001b[2J\\u009b" in',
    );
  });
});
