import { type Answer, json, problem, schemaProblem } from "../answer";
import { Refusal } from "../refusal";
import { storedText } from "../stored-value";
import { byBytes } from "../text";
import type { Customer } from "./customer";
import type { Customers } from "./customers";
import { filterNames, type ListQuery, readListQuery } from "./list-query";

/** `GET /api/v1/customers`. */
export function listCustomers(path: string, customers: Customers): Answer {
  const query = readListQuery(path);
  if ("refusal" in query) {
    return query.refusal.bound ? problem(400, query.refusal.detail) : schemaProblem(query.refusal.detail);
  }
  refuseFilters(query);
  const found = filtered(query, customers);
  const items = sorted(found, query)
    .slice((query.page - 1) * query.pageSize, query.page * query.pageSize)
    .map((customer) => customers.withSubscriptions(customer));
  return json(200, { pageSize: query.pageSize, page: query.page, totalCount: found.length, items });
}

/** How the server names the filters when it minds an empty one. */
const FILTERS = {
  key: "key",
  name: "name",
  primaryEmail: "primary email",
  subject: "usage attribution subject key",
  planKey: "plan key",
} as const;

/** @throws Refusal for empty filters, RefusedByDatabase for what is no text */
function refuseFilters({ filters }: ListQuery): void {
  const reasons = filterNames
    .filter((name) => filters[name] === "")
    .map(
      (name) =>
        `validation error: invalid ${FILTERS[name]} filter: validation error: filter is invalid: format mismatch`,
    );
  if (reasons.length > 0) {
    throw new Refusal(400, `validation error: ${reasons.join("\n")}`);
  }
  for (const name of filterNames) {
    storedText(filters[name] ?? "");
  }
}

function filtered({ filters, includeDeleted }: ListQuery, customers: Customers): Customer[] {
  const { key, name, primaryEmail, subject, planKey } = filters;
  const contains = (text: string | undefined, part: string | undefined) =>
    part === undefined || (text !== undefined && lowered(text).includes(lowered(part)));
  return (includeDeleted ? customers.all() : customers.list()).filter(
    (customer) =>
      contains(customer.key, key) &&
      contains(customer.name, name) &&
      contains(customer.primaryEmail, primaryEmail) &&
      // A deleted customer has no subject keys to be found by.
      (subject === undefined ||
        (customer.deletedAt === undefined &&
          customer.usageAttribution?.subjectKeys.some((subjectKey) => contains(subjectKey, subject)) === true)) &&
      // Emulated subscriptions have no plan.
      planKey === undefined,
  );
}

function lowered(text: string): string {
  return text.toLowerCase();
}

/**
 * Sorted as asked; they come in the order of their creation, which is that of ids. Among equal names the server's order is left to
 * the database and differs from page to page: here it is turned round on every other page, so that who relies on it misses some.
 */
function sorted(customers: readonly Customer[], { orderBy, order, page }: ListQuery): Customer[] {
  const upwards =
    orderBy === "name"
      ? (page % 2 === 1 ? [...customers] : customers.toReversed()).sort((a, b) => byBytes(a.name, b.name))
      : [...customers];
  return order === "DESC" ? upwards.reverse() : upwards;
}
