/** What a resource declares and what its state keeps, the same for one object and for many. */
import type { Fields, RecordId } from "./port";
import { holdsUnknown, isUnknown, type Previewed } from "./unknown";

/** What can be done with an object that exists already when it is created. */
export const onExistingValues = ["adopt", "match", "fail"] as const;
export type OnExisting = (typeof onExistingValues)[number];

/** What becomes of entries of a map (metadata) that the program does not declare. */
export const undeclaredValues = ["remove", "keep"] as const;

/** What a program says of all objects of a resource. */
export interface Options {
  readonly onExisting?: OnExisting;
  readonly undeclaredMetadata?: (typeof undeclaredValues)[number];
  /** Sets only: see guard.ts. */
  readonly maxDeletions?: number | `${number}%`;
}

/** Who declares. */
export interface Declarer {
  /** The resource's URN in the program; absent for a look-up. */
  readonly urn: string | undefined;
  /** As messages begin: `subject "acme"`, `set "customers"`. */
  readonly label: string;
  readonly isSet: boolean;
  /** Fields that hold a secret, whose values no message may show. */
  readonly secretFields: readonly string[];
  /** Whether a key is secret, so that messages count objects and name none. */
  readonly secretKeys: boolean;
}

/** Objects of one kind by key, each with the fields that are declared, as a program declares them. */
export interface Declaration extends Declarer {
  readonly objects: ReadonlyMap<string, Fields>;
  readonly options: Options;
}

/** Objects by key, with fields of which any may be unknown. */
export type Objects = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** The same as a preview sees it: anything may be unknown, and a single object whose key is unknown is unknown. */
export interface Preview extends Declarer {
  readonly objects: Previewed<Objects>;
  readonly options: { readonly [Name in keyof Options]?: Previewed<Options[Name]> };
}

/** What the state keeps: the declared fields as they are live, and the server's ids by key. */
export interface State extends Declaration {
  readonly ids: ReadonlyMap<string, RecordId>;
}

/** The declaration that a preview is where nothing in it is unknown. */
export function knownDeclaration(preview: Preview): Declaration | undefined {
  const { objects, options } = preview;
  const isKnown = !isUnknown(objects) && !holdsUnknown(options) && ![...objects.values()].some(holdsUnknown);
  return isKnown ? (preview as Declaration) : undefined;
}

/** Whether entries of maps that the program does not declare are left alone. */
export function keepsUndeclared({ options }: { readonly options: Preview["options"] }): boolean {
  return options.undeclaredMetadata === "keep";
}
