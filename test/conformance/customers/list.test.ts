import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectProblem, expectSchemaProblem } from "../problems";
import { CUSTOMERS, Server, type WireCustomer } from "./server";

let server: Server;
/** All that the tests list, in order of creation; the last is deleted. */
let made: WireCustomer[];
beforeAll(async () => {
  server = await Server.open();
  made = [];
  for (const name of ["Beta", "alpha", "Gamma", "Beta"]) {
    const key = server.key(name);
    const body = {
      key,
      name,
      primaryEmail: `${name}@${key}.test`,
      usageAttribution: { subjectKeys: [`${key}-Subject`] },
    };
    made.push(await server.create(body));
  }
  await server.delete(made[3]?.id ?? "");
});
afterAll(() => server.close());

const ids = (customers: readonly WireCustomer[]) => customers.map(({ id }) => id);

describe("the list of customers", () => {
  test("shows the live ones as GET does, with the page and the count of all", async () => {
    const { items, ...rest } = await server.list({ key: server.target.prefix, orderBy: "id" });
    expect(rest).toEqual({ page: 1, pageSize: 100, totalCount: 3 });
    expect(items).toEqual(made.slice(0, 3));
  });

  test("shows the deleted ones too with includeDeleted", async () => {
    const { items } = await server.list({ key: server.target.prefix, orderBy: "id", includeDeleted: true });
    expect(ids(items)).toEqual(ids(made));
    expect(items[3]).toHaveProperty("deletedAt");
  });

  test("is ordered by name unless asked otherwise, and downwards with DESC", async () => {
    const query = { key: server.target.prefix };
    const names = async (more: object) => (await server.list({ ...query, ...more })).items.map(({ name }) => name);
    // Either case may come first: that is the database's collation.
    expect(["Beta,Gamma,alpha", "alpha,Beta,Gamma"]).toContain((await names({})).join());
    expect(await names({ orderBy: "id", order: "DESC" })).toEqual(["Gamma", "alpha", "Beta"]);
    expect(await names({ orderBy: "createdAt" })).toEqual(["Beta", "alpha", "Gamma"]);
  });

  test("comes in pages, and is empty beyond the last", async () => {
    const query = { key: server.target.prefix, orderBy: "id", pageSize: 2 };
    const pages = [1, 2, 3].map((page) => server.list({ ...query, page }));
    expect((await Promise.all(pages)).map(({ items }) => ids(items))).toEqual([
      ids(made.slice(0, 2)),
      ids(made.slice(2, 3)),
      [],
    ]);
  });

  test.each([
    ["key", (key: string) => key.toUpperCase()],
    ["name", () => "ALPH"],
    ["primaryEmail", (key: string) => `ALPHA@${key}`],
    ["subject", (key: string) => `${key}-SUB`],
  ])("is filtered by a part of %s in any letters", async (filter, partOf) => {
    const part = partOf(made[1]?.key ?? "");
    const { items } = await server.list({ [filter]: part, ...(filter === "name" && { key: server.target.prefix }) });
    expect(ids(items)).toEqual([made[1]?.id]);
  });

  test("takes % and _ in a filter for what they are", async () => {
    for (const part of ["%", "_"]) {
      expect(await server.list({ key: `${server.target.prefix}${part}` })).toMatchObject({ totalCount: 0 });
    }
  });

  test("finds no deleted customer by the subject keys that it had", async () => {
    const { items } = await server.list({ subject: server.target.prefix, includeDeleted: true, orderBy: "id" });
    expect(ids(items)).toEqual(ids(made.slice(0, 3)));
  });

  test.each([
    ["page=0", `parameter "page" in query has an error: number must be at least 1`],
    ["pageSize=0", `parameter "pageSize" in query has an error: number must be at least 1`],
    ["pageSize=1001", `parameter "pageSize" in query has an error: number must be at most 1000`],
    ["orderBy=key", `parameter "orderBy" in query has an error: value is not one of the allowed values`],
    ["order=asc", "value is not one of the allowed values"],
    ["expand=", `parameter "expand" in query has an error: empty value is not allowed`],
  ])("refuses %s", async (query, detail) => {
    expectSchemaProblem(await server.target.send("GET", `${CUSTOMERS}?${query}`), detail);
  });

  test.each([
    ["page=x", "invalid param format page"],
    ["pageSize=1.5", "invalid param format pageSize"],
    ["includeDeleted=yes", "invalid param format includeDeleted"],
    ["page=1&page=2", "parameter 'page' is not exploded, but is specified multiple times"],
    ["key=", "invalid key filter"],
  ])("refuses %s, with an instance", async (query, detail) => {
    expectProblem(await server.target.send("GET", `${CUSTOMERS}?${query}`), 400, "Bad Request", detail);
  });
});
