/** What the command has to know of a kind of objects besides the table of its fields: names in a program and in a state. */
import { resourceTypes } from "../contract";
import type { Kind } from "../core/kind";
import type { Port } from "../core/port";
import { formatCount } from "../core/words";
import { customerKind } from "../kinds/customer/fields";
import { subjectKind } from "../kinds/subject/fields";
import type { Connection } from "../openmeter/connection";

/** A kind whose objects a program can declare. */
export interface Adoptable {
  readonly kind: Kind;
  /** The classes of one object, of a set, and the type of a set's member. */
  readonly classes: { readonly single: string; readonly set: string; readonly member: string };
  readonly types: { readonly single: string; readonly set: string };
  readonly portOf: (connection: Connection) => Port;
  /** Fields that lists don't have. They cost a request for each object, so they are adopted only when they are asked for. */
  readonly unlisted: readonly string[];
}

const subject: Adoptable = {
  kind: subjectKind,
  classes: { single: "Subject", set: "SubjectSet", member: "SubjectSetMember" },
  types: { single: resourceTypes.subject, set: resourceTypes.subjectSet },
  portOf: ({ subjects }) => subjects,
  unlisted: [],
};

const customer: Adoptable = {
  kind: customerKind,
  classes: { single: "Customer", set: "CustomerSet", member: "CustomerSetMember" },
  types: { single: resourceTypes.customer, set: resourceTypes.customerSet },
  portOf: ({ customers }) => customers,
  unlisted: ["stripeCustomerId"],
};

/** What a program is written of: objects as they are, or customers for subjects. */
export type Source = "subjects" | "customers" | "from-subjects";

/** Of which kind the objects are that are looked at, and of which kind those that the program declares. */
export const kindsOf: Readonly<Record<Source, { readonly found: Adoptable; readonly declared: Adoptable }>> = {
  subjects: { found: subject, declared: subject },
  customers: { found: customer, declared: customer },
  "from-subjects": { found: subject, declared: customer },
};

/** `1 subject`, `2,000 customers`. */
export function counted(count: number, { name, names }: Kind): string {
  return count === 1 ? `1 ${name}` : `${formatCount(count)} ${names.objects}`;
}
