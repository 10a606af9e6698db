import { type Alias, type Input, Output, output } from "@pulumi/pulumi";
import type { ResourceClass } from "./resource-class";

/**
 * The aliases of a set in the form that its members need: with the type of the members. One of another type would claim a
 * resource that the set claims too, which the engine refuses.
 */
export function aliasesOfMembers(
  aliases: readonly Input<string | Alias>[],
  members: ResourceClass,
): Input<string | Alias>[] {
  return aliases.map((alias) =>
    Output.isInstance(alias) || alias instanceof Promise
      ? output(alias).apply((known) => aliasOfMembers(known as string | Alias, members)) // known now, and all in it
      : aliasOfMembers(alias, members),
  );
}

function aliasOfMembers(alias: string | Alias, members: ResourceClass): string | Alias {
  if (typeof alias !== "string") {
    // Without a type it is of the resource's own.
    const { type: _type, ...rest } = alias;
    return rest;
  }
  // urn:pulumi:stack::project::parent$type::name, where the name may hold anything.
  const [start, project, types = "", ...name] = alias.split("::");
  return [start, project, types.replace(/[^$]*$/, members.type), ...name].join("::");
}
