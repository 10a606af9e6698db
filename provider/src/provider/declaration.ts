import type { JsonObject } from "../json";

/** Stands for a value that is not known before other resources exist; only ever met in a preview. */
export const unknown: unique symbol = Symbol("unknown");

/** A value, or the promise of one in a preview. */
export type Previewed<T> = T | typeof unknown;

/** The fields of a subject that a program can own, each for itself. */
export const ownableFields = ["displayName", "metadata", "stripeCustomerId"] as const;
export type OwnableField = (typeof ownableFields)[number];

/** What can be done with a subject that exists already when its resource is created. */
export const onExistingValues = ["adopt", "match", "fail"] as const;
export type OnExisting = (typeof onExistingValues)[number];

/** What a program says of the fields of a subject. A field that is absent is not owned. */
export interface OwnedFields {
  readonly displayName?: string;
  readonly metadata?: JsonObject;
  readonly stripeCustomerId?: string;
}

/** A subject as a program declares it: the checked inputs of the resource. */
export interface Declaration extends OwnedFields {
  readonly key: string;
  readonly onExisting?: OnExisting;
  /** Fields whose values are secret to Pulumi and so must not appear in messages. */
  readonly secretFields?: readonly string[];
}

/** A declaration as a preview sees it. Metadata may hold unknowns at any depth, hence the looser type. */
export interface PreviewedDeclaration {
  readonly key: Previewed<string>;
  readonly displayName?: Previewed<string>;
  readonly metadata?: Previewed<Readonly<Record<string, unknown>>>;
  readonly stripeCustomerId?: Previewed<string>;
  readonly onExisting?: Previewed<OnExisting>;
  readonly secretFields?: readonly string[];
}

/** What the state keeps of a subject: the declaration with the owned fields as they are live, and the server's id. */
export interface SubjectOutputs extends Declaration {
  readonly subjectId: string;
}
