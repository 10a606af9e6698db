/** Random requests about a few customers, and about the subjects of the same keys. */
import fc from "fast-check";
import { customerBody } from "./customer-bodies";
import type { RequestTemplate } from "./exchange";
import { address, contentType, single, upsert } from "./requests";

const customers = "/api/v1/customers";

const post: fc.Arbitrary<RequestTemplate> = fc.record({
  method: fc.constant("POST"),
  path: fc.constant(customers),
  body: customerBody,
  contentType,
});

const commonAddress = fc.oneof(
  { arbitrary: fc.constantFrom("<P>a", "<P>b", "<P>c"), weight: 10 },
  { arbitrary: fc.constantFrom("<ID0>", "<ID1>", "<ID2>"), weight: 6 },
  { arbitrary: address, weight: 3 },
);

const put: fc.Arbitrary<RequestTemplate> = fc.record({
  method: fc.constant("PUT"),
  path: commonAddress.map((segment) => `${customers}/${segment}`),
  body: customerBody,
  contentType,
});

const other: fc.Arbitrary<RequestTemplate> = fc.record({
  method: fc.oneof(
    { arbitrary: fc.constantFrom("GET", "DELETE"), weight: 12 },
    { arbitrary: fc.constantFrom("PATCH", "POST", "OPTIONS"), weight: 1 },
  ),
  path: fc.tuple(commonAddress, fc.constantFrom("", "", "", "", "", "/apps", "/stripe")).map((parts) => {
    return `${customers}/${parts.join("")}`;
  }),
});

/** Parts of a query. Whatever else it has, it asks for the scenario's own, in an order that is one. */
const queryPart = fc.oneof(
  { arbitrary: fc.constantFrom("includeDeleted=true", "order=DESC", "page=2", "pageSize=1", "name=o"), weight: 8 },
  {
    arbitrary: fc.constantFrom(
      "subject=<P>A",
      "includeDeleted=1",
      "page=0",
      "page=x",
      "page=%2B1",
      "page=01",
      "page=",
      "pageSize=1001",
      "pageSize=-1",
      "pageSize=99999999999999999999",
      "order=asc",
      "orderBy=x",
      "expand=",
      "expand=subscriptions",
      "expand=x",
      "includeDeleted=",
      "name=",
      "name=%25",
      "name=%00",
      "name=%zz",
      "name=a;b",
      "primaryEmail=O",
      "foo=bar",
    ),
    weight: 3,
  },
);

const list: fc.Arbitrary<RequestTemplate> = fc
  .tuple(
    fc.constantFrom("key=<P>", "subject=<P>"),
    fc.constantFrom("id", "createdAt"),
    fc.array(queryPart, { maxLength: 2 }),
  )
  .map(([own, orderBy, parts]) => ({
    method: "GET",
    path: `${customers}?${[own, ...parts, `orderBy=${orderBy}`].join("&")}`,
  }));

/** Requests in the order in which both servers get them. */
export const customerScenario: fc.Arbitrary<RequestTemplate[]> = fc.array(
  fc.oneof(
    { arbitrary: post, weight: 8 },
    { arbitrary: put, weight: 6 },
    { arbitrary: other, weight: 5 },
    { arbitrary: list, weight: 3 },
    { arbitrary: upsert, weight: 2 },
    { arbitrary: single, weight: 2 },
  ),
  { minLength: 1, maxLength: 10 },
);
