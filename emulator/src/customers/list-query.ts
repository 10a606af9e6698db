import { any, boolean, choiceRule, integer, isTrue, type Mistake, numberRule, Query, type QueryRefusal } from "./query";

/** The query of the list of customers. */
export interface ListQuery {
  readonly page: number;
  readonly pageSize: number;
  readonly order: "ASC" | "DESC";
  readonly orderBy: "id" | "name" | "createdAt";
  readonly includeDeleted: boolean;
  readonly filters: Readonly<Record<FilterName, string | undefined>>;
}

/** In the order in which the server looks at them. */
export const filterNames = ["key", "name", "primaryEmail", "subject", "planKey"] as const;

type FilterName = (typeof filterNames)[number];

type Refused = { readonly refusal: QueryRefusal };

const MAX_PAGE_SIZE = 1000;
const ORDERS = ["ASC", "DESC"] as const;
const FIELDS = ["id", "name", "createdAt"] as const;

const BINDINGS: readonly (readonly [string, Mistake])[] = [
  ["page", integer],
  ["pageSize", integer],
  ["order", any],
  ["orderBy", any],
  ["includeDeleted", boolean],
  ...filterNames.map((name) => [name, any] as const),
];

const PAGE_RULES = [numberRule("page"), numberRule("pageSize", MAX_PAGE_SIZE)];

const RULES = [...PAGE_RULES, choiceRule("order", ORDERS, { detached: true }), choiceRule("orderBy", FIELDS)];

/** Reads the query of the list, or says what the server finds wrong with it. */
export function readListQuery(path: string): ListQuery | Refused {
  const query = new Query(path);
  const refusal = query.check(BINDINGS, RULES) ?? expandRefusal(query);
  if (refusal !== undefined) {
    return { refusal };
  }
  const filter = (name: FilterName) => query.get(name);
  return {
    ...pageOf(query),
    order: ORDERS.find((order) => order === query.get("order")) ?? "ASC",
    orderBy: FIELDS.find((field) => field === query.get("orderBy")) ?? "name",
    includeDeleted: isTrue(query.get("includeDeleted")),
    filters: {
      key: filter("key"),
      name: filter("name"),
      primaryEmail: filter("primaryEmail"),
      subject: filter("subject"),
      planKey: filter("planKey"),
    },
  };
}

function pageOf(query: Query): { readonly page: number; readonly pageSize: number } {
  return { page: Number(query.get("page") ?? 1), pageSize: Number(query.get("pageSize") ?? 100) };
}

const APPS = ["stripe", "sandbox", "custom_invoicing"];

/** The query of the list of a customer's apps. */
export function readAppsQuery(
  path: string,
): { readonly page: number; readonly pageSize: number; readonly type: string | undefined } | Refused {
  const query = new Query(path);
  const bindings: readonly (readonly [string, Mistake])[] = [
    ["page", integer],
    ["pageSize", integer],
    ["type", any],
  ];
  const refusal = query.check(bindings, [...PAGE_RULES, choiceRule("type", APPS)]);
  return refusal === undefined ? { ...pageOf(query), type: query.get("type") } : { refusal };
}

/** What is wrong with the query of a GET of one customer. */
export function invalidExpand(path: string): string | undefined {
  return expandRefusal(new Query(path))?.detail;
}

function expandRefusal(query: Query): QueryRefusal | undefined {
  const values = query.getAll("expand") ?? [];
  const wrong = values.findIndex((value) => value !== "subscriptions");
  if (wrong < 0) {
    return undefined;
  }
  const reason =
    values.length === 1 && values[0] === ""
      ? "empty value is not allowed"
      : `Error at "/${wrong}": value is not one of the allowed values ["subscriptions"]`;
  return { bound: false, detail: `parameter "expand" in query has an error: ${reason}` };
}
