import { readFileSync } from "node:fs";
import { RunError } from "@pulumi/pulumi";
import type { CustomerSetMember } from "pulumi-openmeter";
import { type Row, readCsv, spelledOut } from "./csv";

const columns = ["account_id", "name", "email", "plan", "seats"] as const;

/** The number of problems that are shown; the others are counted. */
const shown = 20;

/**
 * Reads the customers of an export.
 *
 * @throws {RunError} naming the bad lines: a half-read export must not be taken for the whole list of customers
 */
export function readCustomers(file: string): CustomerSetMember[] {
  const rows = rowsOf(file);
  if (rows.length === 0) {
    throw new RunError(`${file} cannot be used: it has no customers`);
  }
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
  return rows.map(customerOf);
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
  const { account_id, name, email, plan, seats } = cells;
  return [
    ...(account_id ? [] : ["account_id is missing"]),
    ...(name ? [] : ["name is missing"]),
    // A key that contains such a character is not the one that usage events carry.
    ...Object.entries({ account_id, plan })
      .filter(([, value = ""]) => spelledOut(value) !== value)
      .map(([column, value = ""]) => `${column} contains invisible or broken characters: ${spelledOut(value)}`),
    ...(!seats || /^\d+$/.test(seats) ? [] : [`seats is not a number: ${spelledOut(seats)}`]),
    ...(!email || isAddress(email) ? [] : [`email is not one address: ${spelledOut(email)}`]),
  ];
}

/** A name, an @ and a domain, without anything that nobody sees. */
function isAddress(email: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(email) && spelledOut(email) === email;
}

function customerOf({ cells: { account_id = "", name, email, plan, seats } }: Row): CustomerSetMember {
  return {
    key: account_id,
    name,
    // An empty cell declares nothing: what OpenMeter has in that place is left alone.
    primaryEmail: email || undefined,
    metadata: { plan: plan || undefined, seats: seats || undefined },
  };
}
