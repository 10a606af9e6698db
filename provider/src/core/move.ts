/** A resource that has another provider than before: does it stay in its account, or does it move to another one? */
import type { Declarer } from "./declaration";
import { readInWords } from "./failure";
import type { RecordId } from "./port";
import type { Surroundings } from "./surroundings";
import { formatCount } from "./words";

/** One record would do, as a server keeps those that are deleted. Some may have been removed from its database. */
const mostAsked = 3;

/**
 * Whether the account of the provider that a resource has now is another than that of its records: none of them has ever been
 * there. A record's id is unique, so that no two accounts need to be compared.
 *
 * @throws {Failure} when the server does not answer: then nobody knows
 */
export async function isElsewhere({ connect }: Surroundings, who: Declarer, ids: Iterable<RecordId>): Promise<boolean> {
  const asked = [...ids].slice(0, mostAsked);
  for (const id of asked) {
    if (await readInWords(who, "look", () => connect().port.hasRecord(id))) {
      return false;
    }
  }
  return asked.length > 0;
}

/** What a preview says of a move: `set "customers" moves to another account: all 300 are deleted in the account that it leaves`. */
export function moveMessage({ label, isSet }: Declarer, count: number): string {
  const what = isSet ? `all ${formatCount(count)} are` : "it is created there, and";
  return `${label} moves to another account: ${what} deleted in the account that it leaves`;
}
