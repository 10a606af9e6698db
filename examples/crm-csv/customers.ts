import { readFileSync } from "node:fs";
import { RunError } from "@pulumi/pulumi";
import type { SubjectSetMember } from "pulumi-openmeter";
import { type Row, readCsv, spelledOut } from "./csv";

const columns = ["account_id", "name", "plan", "seats", "stripe_customer_id"] as const;

/** The number of problems that are shown; the others are counted. */
const shown = 20;

/**
 * Reads the customers of an export.
 *
 * @throws {RunError} naming the bad lines: a half-read export must not be taken for the whole list of customers
 */
export function readCustomers(file: string): SubjectSetMember[] {
  const rows = rowsOf(file);
  const lineOfKey = new Map<string, number>();
  const problems = rows.flatMap((row) => {
    const { account_id } = row.cells;
    const other = account_id ? lineOfKey.get(account_id) : undefined;
    if (account_id) {
      lineOfKey.set(account_id, row.line);
    }
    const twice = other === undefined ? [] : [`account_id ${account_id} is on line ${other} already`];
    return [...problemsOf(row), ...twice].map((problem) => `line ${row.line}: ${problem}`);
  });
  if (problems.length > 0) {
    const more = problems.length > shown ? [`and ${problems.length - shown} more`] : [];
    throw new RunError([`${file} cannot be used:`, ...problems.slice(0, shown), ...more].join("\n  "));
  }
  return rows.map(subjectOf);
}

function rowsOf(file: string): Row[] {
  try {
    return readCsv(readFileSync(file), columns);
  } catch (error) {
    throw new RunError(`${file} cannot be used: ${error instanceof Error ? error.message : error}`);
  }
}

/** What this export can get wrong; the provider checks the rest. */
function problemsOf({ cells, problem }: Row): string[] {
  if (problem !== undefined) {
    return [problem];
  }
  const { account_id, name, plan, seats, stripe_customer_id } = cells;
  return [
    ...(account_id ? [] : ["account_id is missing"]),
    ...(name ? [] : ["name is missing"]),
    // A key that contains such a character is not the one that usage events carry.
    ...Object.entries({ account_id, plan })
      .filter(([, value = ""]) => spelledOut(value) !== value)
      .map(([column, value = ""]) => `${column} contains invisible or broken characters: ${spelledOut(value)}`),
    ...(!seats || /^\d+$/.test(seats) ? [] : [`seats is not a number: ${spelledOut(seats)}`]),
    ...(!stripe_customer_id || /^cus_\w+$/.test(stripe_customer_id)
      ? []
      : [`stripe_customer_id is not a Stripe ID: ${spelledOut(stripe_customer_id)}`]),
  ];
}

function subjectOf({ cells: { account_id = "", name, plan, seats, stripe_customer_id } }: Row): SubjectSetMember {
  return {
    key: account_id,
    displayName: name,
    // An empty cell declares nothing: what OpenMeter has in that place is left alone.
    stripeCustomerId: stripe_customer_id || undefined,
    metadata: { plan: plan || undefined, seats: seats ? Number(seats) : undefined },
  };
}
