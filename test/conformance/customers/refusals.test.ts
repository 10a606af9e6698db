import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectProblem, expectSchemaProblem } from "../problems";
import { parse } from "../target";
import { CUSTOMERS, Server } from "./server";

let server: Server;
beforeAll(async () => {
  server = await Server.open();
});
afterAll(() => server.close());

describe.each([
  ["POST", "CustomerCreate"],
  ["PUT", "CustomerReplaceUpdate"],
] as const)("%s refuses", (method, schema) => {
  const send = async (text: string) => {
    if (method === "POST") {
      return server.target.send("POST", CUSTOMERS, text);
    }
    const { id } = await server.create({ key: server.key(), name: "One" });
    return server.target.send("PUT", `${CUSTOMERS}/${id}`, text);
  };

  test.each<[string, object, string]>([
    ["no name", {}, `Error at "/name": property "name" is missing`],
    ["an empty name", { name: "" }, `Error at "/name": minimum string length is 1`],
    ["a name of 257 characters", { name: "😀".repeat(257) }, `Error at "/name": maximum string length is 256`],
    ["a name that is no text", { name: 7 }, `Error at "/name": value must be a string`],
    ["an empty key", { name: "a", key: "" }, `Error at "/key": minimum string length is 1`],
    ["a key of 257 characters", { name: "a", key: "k".repeat(257) }, `Error at "/key": maximum string length is 256`],
    ["a null key", { name: "a", key: null }, `Error at "/key": Value is not nullable`],
    ["a null description", { name: "a", description: null }, `Error at "/description": Value is not nullable`],
    [
      "a description of 1,025 characters",
      { name: "a", description: "d".repeat(1025) },
      `Error at "/description": maximum string length is 1024`,
    ],
    ["a null email", { name: "a", primaryEmail: null }, `Error at "/primaryEmail": Value is not nullable`],
    ["of several mistakes the schema's first", { key: "", name: "" }, `Error at "/key": minimum string length is 1`],
  ])("%s", async (_, body, detail) => {
    const reply = await send(JSON.stringify(body));
    expectSchemaProblem(
      reply,
      `request body has an error: doesn't match schema #/components/schemas/${schema}: ${detail}`,
    );
  });

  // Of fields whose schema is put together of others, the validator names the field and says nothing of the body.
  test.each<[string, object, string]>([
    ["a currency of two letters", { currency: "EU" }, `Error at "/currency": minimum string length is 3`],
    ["a currency of four letters", { currency: "EURO" }, `Error at "/currency": maximum string length is 3`],
    ["a currency in small letters", { currency: "eur" }, `Error at "/currency": string doesn't match the regular`],
    ["a null currency", { currency: null }, `Error at "/currency": Value is not nullable`],
    ["a null address", { billingAddress: null }, `Error at "/billingAddress": Value is not nullable`],
    ["a null city", { billingAddress: { city: null } }, `Error at "/billingAddress/city": Value is not nullable`],
    [
      "a country of three letters",
      { billingAddress: { country: "DEU" } },
      `Error at "/billingAddress/country": doesn't match schema due to: maximum string length is 2`,
    ],
    [
      "an empty country",
      { billingAddress: { country: "" } },
      `Error at "/billingAddress/country": doesn't match schema`,
    ],
    ["metadata that is no object", { metadata: [] }, `Error at "/metadata": value must be an object`],
    ["a number in metadata", { metadata: { a: "1", b: 2 } }, `Error at "/metadata/b": value must be a string`],
    ["a null in metadata", { metadata: { a: null } }, `Error at "/metadata/a": Value is not nullable`],
    ["a null attribution", { usageAttribution: null }, `Error at "/usageAttribution": Value is not nullable`],
    ["an attribution without keys", { usageAttribution: {} }, `property "subjectKeys" is missing`],
    [
      "an empty subject key",
      { usageAttribution: { subjectKeys: ["a", ""] } },
      `Error at "/usageAttribution/subjectKeys/1": minimum string length is 1`,
    ],
  ])("%s", async (_, fields, detail) => {
    const reply = await send(JSON.stringify({ key: server.key(), name: "a", ...fields }));
    expectSchemaProblem(reply, detail);
    expect(parse<{ detail: string }>(reply).detail).not.toContain("request body has an error");
  });

  test.each([
    ["a list", "[]", "value must be an object"],
    ["null", "null", "Value is not nullable"],
    ["half a document", '{"name":', "failed to decode request body"],
    ["no body", "", "value is required but missing"],
  ])("%s", async (_, text, detail) => {
    expectSchemaProblem(await send(text), detail);
  });

  test.each([
    ["neither key nor subject key", { name: "a" }, "either key or usageAttribution.subjectKeys must be provided"],
    [
      "no key and no subject key in the list",
      { name: "a", usageAttribution: { subjectKeys: [] } },
      "either key or usageAttribution.subjectKeys must be provided",
    ],
    ["BTC", { name: "a", key: "k", currency: "BTC" }, "invalid fiat currency code: BTC"],
    ["XXX", { name: "a", key: "k", currency: "XXX" }, "invalid fiat currency code: XXX"],
  ])("%s", async (_, body, detail) => {
    expectProblem(await send(JSON.stringify(body)), 400, "Bad Request", `validation error: ${detail}`);
  });

  test.each(["name", "primaryEmail", "description"])("NUL in %s with a 500", async (field) => {
    const text = JSON.stringify({ key: server.key(), name: "a", [field]: "a\0b" });
    expectProblem(await send(text), 500, "Internal Server Error");
  });
});

test("XAU is a currency of a customer, and limits count code points", async () => {
  const body = { key: server.key("😀".repeat(100)), name: "😀".repeat(256), currency: "XAU" };
  expect(await server.create(body)).toMatchObject(body);
});

test("PUT decodes its path before it looks at the body", async () => {
  const reply = await server.target.send("PUT", `${CUSTOMERS}/100%25`, "no JSON");
  expectProblem(reply, 400, "Bad Request", "error unescaping path parameter");
});

test.each([
  ["é", 42, 43],
  ["/", 85, 86],
  ["k", 256, 257],
])("a path is measured as it is sent: of %s it takes %i, and no more", async (character, most, tooMany) => {
  const wanted = (count: number) => `${CUSTOMERS}/${encodeURIComponent(character.repeat(count))}`;
  expect((await server.target.send("GET", wanted(most))).status).toBe(404);
  const reply = await server.target.send("GET", wanted(tooMany));
  expectSchemaProblem(reply, `parameter "customerIdOrKey" in path has an error`);
});
