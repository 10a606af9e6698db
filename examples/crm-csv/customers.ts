import { RunError } from "@pulumi/pulumi";
import { type InfoRecord, parse } from "csv-parse/sync";
import type { SubjectSetMember } from "pulumi-openmeter";

const columns = ["account_id", "name", "plan", "seats", "stripe_customer_id"] as const;

/** A line of the export by the names of its header, and where it ends. */
interface Row {
  readonly record: Readonly<Partial<Record<(typeof columns)[number], string>>>;
  readonly info: InfoRecord;
}

/** So many problems are shown; the rest is counted. */
const shown = 20;

/**
 * Reads the customers of an export.
 *
 * @throws {RunError} naming the bad lines: a half-read export must not be taken for the whole list of customers
 */
export function readCustomers(csv: Buffer, file: string): SubjectSetMember[] {
  const rows = parseRows(csv, file);
  const lineOfKey = new Map<string | undefined, number>();
  const problems = rows.flatMap(({ record, info }) => {
    const other = lineOfKey.get(record.account_id || undefined);
    if (record.account_id) lineOfKey.set(record.account_id, info.lines);
    const twice = other === undefined ? [] : [`account_id ${record.account_id} is on line ${other} already`];
    return [...problemsOf(record, info), ...twice].map((problem) => `line ${info.lines}: ${problem}`);
  });
  if (problems.length > 0) {
    const more = problems.length > shown ? [`and ${problems.length - shown} more`] : [];
    throw new RunError([`${file} cannot be used:`, ...problems.slice(0, shown), ...more].join("\n  "));
  }
  return rows.map(({ record }) => subjectOf(record));
}

function parseRows(csv: Buffer, file: string): Row[] {
  let header: string[] = [];
  const options = {
    columns: (first: string[]) => {
      header = first;
      return first;
    },
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  };
  try {
    const rows = parse<Row>(csv, options);
    const missing = columns.filter((column) => !header.includes(column));
    if (missing.length > 0) throw new Error(`its header lacks ${missing.join(", ")}`);
    return rows;
  } catch (error) {
    throw new RunError(`${file} cannot be used: ${error instanceof Error ? error.message : error}`);
  }
}

/** What this export can get wrong; the provider checks the rest. */
function problemsOf({ account_id, name, seats, stripe_customer_id }: Row["record"], { error }: InfoRecord): string[] {
  if (error !== undefined) return [error.message];
  return [
    ...(account_id ? [] : ["account_id is missing"]),
    ...(name ? [] : ["name is missing"]),
    ...(!seats || /^\d+$/.test(seats) ? [] : [`seats is no number: ${seats}`]),
    ...(!stripe_customer_id || /^cus_\w+$/.test(stripe_customer_id) ? [] : [`no Stripe ID: ${stripe_customer_id}`]),
  ];
}

function subjectOf({ account_id = "", name, plan, seats, stripe_customer_id }: Row["record"]): SubjectSetMember {
  return {
    key: account_id,
    displayName: name,
    // An empty cell declares nothing: what OpenMeter has in that place is left alone.
    stripeCustomerId: stripe_customer_id || undefined,
    metadata: { plan: plan || undefined, seats: seats ? Number(seats) : undefined },
  };
}
