import { describe, expect, it } from "vitest";
import { isDebugging, type Trace, traceLine } from "../../../../provider/src/openmeter/http/trace";
import { Redactor } from "../../../../provider/src/openmeter/redact/redactor";
import { configuration } from "../../connection";

const trace: Trace = {
  method: "GET",
  url: "http://openmeter.test/api/v1/subjects/acme%2F1",
  tries: 1,
  elapsedMs: 12.4,
  outcome: { answer: { status: 200 } },
};

function lineOf(changes: Partial<Trace>, secrets: readonly string[] = []): string {
  const redactor = new Redactor(configuration.apiKey);
  redactor.conceal(() => secrets);
  return traceLine({ ...trace, ...changes }, configuration, redactor);
}

describe("a debug line", () => {
  it("has method, path, status, milliseconds and try", () => {
    expect(lineOf({})).toBe("openmeter: GET /api/v1/subjects/acme%2F1: 200 in 12 ms, try 1");
    expect(lineOf({ method: "POST", url: "http://openmeter.test/api/v1/subjects", tries: 3 })).toBe(
      "openmeter: POST /api/v1/subjects: 200 in 12 ms, try 3",
    );
  });

  it("says why there was no answer", () => {
    const failure = new DOMException("The operation was aborted due to timeout", "TimeoutError");
    expect(lineOf({ outcome: { failure } })).toMatch(/: no answer in 12 ms, try 1: .*30 s/);
  });

  it.each(["a", "42", "geheim/1", "%2F", "ünï"])("conceals a path's segment that is secret: %s", (key) => {
    const url = `http://openmeter.test/api/v1/subjects/${encodeURIComponent(key)}`;
    expect(lineOf({ url }, [key])).toBe("openmeter: GET /api/v1/subjects/[secret]: 200 in 12 ms, try 1");
    expect(lineOf({ url })).toContain(encodeURIComponent(key));
  });

  it("conceals a key whose path is encoded further, against OpenMeter's double decoding", () => {
    const url = "http://openmeter.test/api/v1/subjects/%70%252Fq";
    expect(lineOf({ url }, ["p%2Fq"])).toContain("subjects/[secret]:");
  });

  it("holds no secret and no API key that an error quotes", () => {
    const failure = new Error(`bad ${configuration.apiKey} for token-42`);
    const line = lineOf({ outcome: { failure } }, ["token-42"]);
    expect(line).toContain("bad [API key] for [secret]");
  });

  it("is printable, and at most 4 KB and a remark", () => {
    const line = lineOf({ outcome: { failure: new Error(`\u001b[31m${"x".repeat(10_000)}`) } });
    expect(line).not.toMatch(/\p{Cc}/u);
    expect(line.length).toBeLessThan(4_200);
  });

  it("of a request about many objects asks for none of their secrets, which takes a second for 300,000", () => {
    const redactor = new Redactor(configuration.apiKey);
    redactor.conceal(() => {
      throw new Error("asked for");
    });
    const list = { ...trace, url: "http://openmeter.test/api/v1/subjects" };
    expect(traceLine(list, configuration, redactor)).toBe("openmeter: GET /api/v1/subjects: 200 in 12 ms, try 1");
    expect(() => traceLine(trace, configuration, redactor)).toThrow("asked for");
  });

  it("leaves a path alone that no URL decodes", () => {
    expect(lineOf({ url: "http://openmeter.test/%ff" })).toContain("GET /%ff:");
  });
});

describe("PULUMI_OPENMETER_DEBUG", () => {
  it.each(["1", "true", " TRUE "])("asks for debug lines with %j", (value) => {
    expect(isDebugging({ PULUMI_OPENMETER_DEBUG: value })).toBe(true);
  });

  it.each([undefined, "", "0", "false"])("does not with %j", (value) => {
    expect(isDebugging({ PULUMI_OPENMETER_DEBUG: value })).toBe(false);
  });
});
