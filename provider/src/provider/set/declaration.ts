import type { OnExisting, OwnedFields } from "../declaration";

/** Subjects by key, each with the fields that are owned. */
export type Subjects = ReadonlyMap<string, OwnedFields>;

/** A set of subjects as a program declares it: the checked inputs of the resource. */
export interface SetDeclaration {
  /** The resource's name in the program, for messages. */
  readonly name: string;
  readonly subjects: Subjects;
  readonly onExisting?: OnExisting;
  readonly maxDeletions?: number | string;
  /** Whether Pulumi knows any of the subjects' values as secret, so that none may appear in messages. */
  readonly secret: boolean;
  /** Whether any of the keys is secret too, so that messages count subjects and name none. */
  readonly secretKeys?: boolean;
}

/** What the state keeps of a set: the subjects with the owned fields as they are live, and the server's ids. */
export interface SetOutputs extends SetDeclaration {
  readonly ids: ReadonlyMap<string, string>;
}
