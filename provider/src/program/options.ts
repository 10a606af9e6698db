import type { CustomResource, CustomResourceOptions, Resource } from "@pulumi/pulumi";
import { createUrn, isSecret, log, runtime } from "@pulumi/pulumi";
import { resourceTypes } from "../contract";
import { defined } from "../json";
import { aliasesOfMembers } from "./aliases";

/** A user's options, with those that this package decides by itself. */
export function ownOptions(options: CustomResourceOptions | undefined): CustomResourceOptions {
  return { ...options, deleteBeforeReplace: false };
}

/** Warns of an option that {@link ownOptions} has overruled. */
export function warnOfOverruled(resource: string, options: CustomResourceOptions | undefined): void {
  if (options?.deleteBeforeReplace === true) {
    log.warn(
      `${resource}: deleteBeforeReplace is ignored, because a subject that is deleted so early may be one that another resource takes over in the same run. ` +
        "The replacement is created first, and what nothing declares any more is deleted at the end of the run.",
    );
  }
}

/** The options of the members of a set: those of the set that are about where they belong, and whether they are deleted. */
export function membersOptions(set: CustomResource, options: CustomResourceOptions = {}): CustomResourceOptions {
  const { parent, version, pluginDownloadURL, retainOnDelete } = options;
  const aliases = options.aliases && aliasesOfMembers(options.aliases);
  const provider = set.getProvider(resourceTypes.subjectSet);
  // The parent is not the set, whose protection it would inherit: what leaves a protected set has to go.
  const inherited = defined({ parent, provider, version, pluginDownloadURL, retainOnDelete, aliases });
  return { ...inherited, dependsOn: set, protect: false, deleteBeforeReplace: false };
}

/**
 * The URN of a resource. It is a promise and no output where there is a parent, because a resource whose inputs depend on a
 * component waits for all that is in the component.
 */
export function urnOf(name: string, type: string, parent: Resource | undefined): string | Promise<string> {
  if (parent === undefined) {
    return `urn:pulumi:${runtime.getStack()}::${runtime.getProject()}::${type}::${name}`;
  }
  const urn = createUrn(name, type, parent);
  const known = (): Promise<string> => new Promise((resolve) => void urn.apply(resolve));
  // Where the parent has failed, which apply does not tell, this resource fails by itself.
  return isSecret(urn).then(known, () => "");
}
