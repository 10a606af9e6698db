import { describe, expect, it } from "vitest";
import { OpenMeterError } from "../../../provider/src/openmeter/errors";
import { answered, failureOf, html, idOf, key, record } from "./client-answered";
import { clientAnsweredBy, configuration, json, notFound, problem, text } from "./fake-transport";

describe("an answer that is no answer", () => {
  it.each<[string, () => Response, string]>([
    [
      "an empty body",
      () => text("", 200, "application/json"),
      "the server answered 200 with an empty body; check that openmeter:baseUrl",
    ],
    ["a login page", () => html(200), 'the server answered 200 with "text/html" that is not what the Subject API'],
    [
      "half of JSON",
      () => text('{"id":', 200, "application/json"),
      'the server answered 200 with "application/json" that',
    ],
    ["nothing at all", () => new Response(null, { status: 204 }), "the server answered 204 with an empty body"],
    ["nothing new", () => new Response(null, { status: 304 }), "the server answered 304 with an empty body"],
  ])("is refused: %s", async (_what, response, message) => {
    for (const call of ["get", "list"] as const) {
      const { client } = answered(response());
      const error = await failureOf(call === "get" ? client.get(key) : client.list());
      expect(error.kind).toBe("unintelligible");
      expect(error.message).toContain(message);
    }
  });

  it("is refused: bytes of no declared type", async () => {
    const { client } = answered(new Response(new Uint8Array([1]), { status: 200 }));
    expect((await failureOf(client.get(key))).message).toContain('the server answered 200 with "" that is not');
  });

  it("is refused: a subject with a status that says it is elsewhere", async () => {
    for (const call of ["get", "delete"] as const) {
      const { client } = answered(json(record, 300));
      const error = await failureOf(call === "get" ? client.get(key) : client.delete(idOf(record)));
      expect(error.message).toContain(" answered 300");
    }
  });

  it("names the address where it is not a subject", async () => {
    expect((await failureOf(answered(json({ hello: 1 })).client.get(key))).message).toMatch(
      /^the answer is not a subject of OpenMeter's Subject API; check that openmeter:baseUrl \(http:\/\/openmeter\.test\)/,
    );
  });

  it("is refused: another thing's JSON", async () => {
    for (const body of [{ hello: 1 }, [], null, "x", { ...record, id: "" }]) {
      expect(await failureOf(answered(json(body)).client.get(key))).toMatchObject({ kind: "unintelligible" });
    }
  });
});

describe("a refusal", () => {
  it.each([401, 403])("with status %d names the setting of the API key", async (status) => {
    const error = await failureOf(answered(problem(status, "who are you", "No")).client.get(key));
    expect(error).toMatchObject({ kind: "refused", status });
    expect(error.message).toBe(
      `OpenMeter answered ${status} No: who are you. Check openmeter:apiKey (or OPENMETER_API_KEY)`,
    );
  });

  it.each([400, 409, 422])("with status %d carries the server's words", async (status) => {
    const error = await failureOf(answered(problem(status, "why", "No")).client.upsert([{ key }]));
    expect(error).toMatchObject({ kind: "refused", status, message: `OpenMeter answered ${status} No: why` });
  });

  it("that speaks of a subject where none was asked for is no missing API", async () => {
    const error = await failureOf(answered(notFound()).client.list());
    expect(error).toMatchObject({ kind: "refused", status: 404 });
  });

  it("keeps the API key out of its message", async () => {
    const error = await failureOf(answered(problem(400, `Bearer ${configuration.apiKey}`)).client.list());
    expect(error.message).toBe("OpenMeter answered 400 Error: Bearer [API key]");
  });
});

describe("an answer with the API key in it", () => {
  const apiKey = 'om_"secret/0123';

  it.each<[string, object]>([
    ["in metadata", { ...record, metadata: { echo: `Bearer ${apiKey}` } }],
    ["in a name of metadata", { ...record, metadata: { [apiKey]: 1 } }],
    ["in the display name", { ...record, displayName: apiKey }],
    ["in a field that is not read", { ...record, debug: apiKey }],
    ["URL-encoded", { ...record, displayName: encodeURIComponent(apiKey) }],
    ["in base64", { ...record, displayName: Buffer.from(apiKey).toString("base64") }],
  ])("is not taken into the state: %s", async (_where, body) => {
    for (const [call, answer] of [
      ["get", body],
      ["list", [body]],
      ["upsert", [body]],
    ] as const) {
      const { client } = clientAnsweredBy(() => json(answer), { ...configuration, apiKey });
      const error = await failureOf(
        call === "get" ? client.get(key) : call === "list" ? client.list() : client.upsert([{ key }]),
      );
      expect(error).toMatchObject({
        kind: "unintelligible",
        message: "OpenMeter's answer contains the API key; it is not taken into the state",
      });
    }
  });

  it("is taken where the key is so short that it may be an ordinary word", async () => {
    const { client } = clientAnsweredBy(() => json({ ...record, displayName: "test" }), {
      ...configuration,
      apiKey: "test",
    });
    expect(await client.get(key)).toMatchObject({ displayName: "test" });
  });

  it("is refused from a length of ten on", async () => {
    const { client } = clientAnsweredBy(() => json({ ...record, displayName: "0123456789" }), {
      ...configuration,
      apiKey: "0123456789",
    });
    await expect(client.get(key)).rejects.toBeInstanceOf(OpenMeterError);
  });
});
