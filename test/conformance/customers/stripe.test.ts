/** What the routes of a customer's apps answer where no Stripe app is installed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectProblem, expectSchemaProblem } from "../problems";
import { parse } from "../target";
import { pathOf, Server } from "./server";

let server: Server;
let id: string;
let gone: string;
beforeAll(async () => {
  server = await Server.open();
  ({ id } = await server.create({ key: server.key(), name: "One" }));
  ({ id: gone } = await server.create({ key: server.key(), name: "Two" }));
  await server.delete(gone);
});
afterAll(() => server.close());

const nobodysApp = "01G65Z755AFWAKHE12NY0CQ9FH";
const link = { stripeCustomerId: "cus_1" };

const send = (method: string, of: string, route: string, body?: unknown) =>
  server.target.send(method, `${pathOf(of)}/${route}`, body === undefined ? undefined : JSON.stringify(body));

describe("without a Stripe app", () => {
  test("a customer has no app data", async () => {
    const reply = await send("GET", id, "apps");
    expect(reply.status).toBe(200);
    expect(parse(reply)).toEqual({ items: [], page: 1, pageSize: 100, totalCount: 0 });
  });

  test("it cannot be linked, and has no link to be read", async () => {
    const detail = `precondition failed error: no stripe app found in billing profile for customer ${id}`;
    for (const reply of [
      await send("GET", id, "stripe"),
      await send("PUT", id, "stripe", link),
      await send("PUT", id, "apps", [{ type: "stripe", ...link }]),
    ]) {
      expectProblem(reply, 412, "Precondition Failed", detail);
    }
  });

  test("an app that is named is not found", async () => {
    const detail = `not found error: app with id ${nobodysApp} not found`;
    expectProblem(
      await send("PUT", id, "apps", [{ type: "stripe", id: nobodysApp, ...link }]),
      404,
      "Not Found",
      detail,
    );
    expectProblem(await send("DELETE", id, `apps/${nobodysApp}`), 404, "Not Found", detail);
  });

  test("data of the sandbox is taken with an empty answer, and forgotten", async () => {
    const reply = await send("PUT", id, "apps", [{ type: "sandbox" }]);
    expect([reply.status, reply.text]).toEqual([200, ""]);
    expect(parse(await send("GET", id, "apps"))).toMatchObject({ totalCount: 0 });
  });
});

test("a deleted customer is refused with 412, an unknown one with 404", async () => {
  const unknown = server.key();
  for (const [method, route, body] of [
    ["GET", "apps", undefined],
    ["PUT", "apps", []],
    ["DELETE", `apps/${nobodysApp}`, undefined],
    ["GET", "stripe", undefined],
    ["PUT", "stripe", link],
  ] as const) {
    expectProblem(await send(method, gone, route, body), 412, "Precondition Failed", "customer is deleted");
    expectProblem(await send(method, unknown, route, body), 404, "Not Found", unknown);
  }
});

test.each<[string, unknown, string]>([
  ["stripe", {}, `property "stripeCustomerId" is missing`],
  ["stripe", { stripeCustomerId: null }, `Error at "/stripeCustomerId": Value is not nullable`],
  ["apps", {}, "value must be an array"],
  ["apps", [{ type: "paddle" }], `Error at "/0": discriminator property "type" has invalid value`],
  ["apps", [{ type: "stripe" }], `Error at "/0/stripeCustomerId": property "stripeCustomerId" is missing`],
  ["apps", [{ type: "stripe", id: "x", ...link }], `Error at "/0/id": string doesn't match the regular expression`],
])("PUT %s refuses %j", async (route, body, detail) => {
  expectSchemaProblem(await send("PUT", id, route, body), detail);
});
