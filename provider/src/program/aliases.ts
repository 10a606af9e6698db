import { type Alias, type Input, Output, output } from "@pulumi/pulumi";
import { resourceTypes } from "../contract";

/**
 * The aliases of a set in the form that its members need: with the type of the members. One of another type would claim a
 * resource that the set claims too, which the engine refuses.
 */
export function aliasesOfMembers(aliases: readonly Input<string | Alias>[]): Input<string | Alias>[] {
  return aliases.map((alias) =>
    Output.isInstance(alias) || alias instanceof Promise
      ? output(alias).apply((known) => aliasOfMembers(known as string | Alias)) // known now, and all in it
      : aliasOfMembers(alias),
  );
}

function aliasOfMembers(alias: string | Alias): string | Alias {
  if (typeof alias !== "string") {
    // Without a type it is of the resource's own.
    const { type: _type, ...rest } = alias;
    return rest;
  }
  // urn:pulumi:stack::project::parent$type::name, where the name may hold anything.
  const [start, project, types = "", ...name] = alias.split("::");
  return [start, project, types.replace(/[^$]*$/, resourceTypes.subjectSetMembers), ...name].join("::");
}
