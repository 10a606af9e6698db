/** What tells the classes of resources apart, for all that they have in common. */
import type { Kind } from "../core/kind";
import { quoted } from "../printable";

/** A class of resources, as the engine and the dynamic host know it. */
export interface ResourceClass {
  readonly type: string;
  /** The `__provider` input of its resources. */
  readonly providerLine: string;
}

/** A class whose resources are one object of a kind each. */
export interface ObjectClass extends ResourceClass {
  readonly kind: Kind;
}

/** A class whose resources are many objects of a kind each. */
export interface SetClass extends ResourceClass {
  readonly kind: Kind;
  /** The class of the resource that comes with each set. */
  readonly companion: ResourceClass;
}

/** The name of a class, as a program writes it: `Subject`. */
export function classNameOf({ type }: Pick<ResourceClass, "type">): string {
  return type.slice(type.lastIndexOf(":") + 1);
}

/** A resource as messages name it: `Subject "acme"`. */
export function labelOf(resourceClass: Pick<ResourceClass, "type">, name: string): string {
  return `${classNameOf(resourceClass)} ${quoted(name)}`;
}
