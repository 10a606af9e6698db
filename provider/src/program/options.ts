import type { CustomResource, CustomResourceOptions, Resource } from "@pulumi/pulumi";
import { createUrn, isSecret, log, runtime } from "@pulumi/pulumi";
import type { Kind } from "../core/kind";
import { defined } from "../json";
import { aliasesOfMembers } from "./aliases";
import type { Arguments } from "./inputs";
import type { SetClass } from "./resource-class";
import { perRun } from "./run";
import { runError } from "./stack-traces";

/** A user's options, with those that this package decides by itself. */
export function ownOptions(options: CustomResourceOptions | undefined): CustomResourceOptions {
  return { ...options, deleteBeforeReplace: false };
}

/**
 * Refuses the option `import`, which cannot be carried out.
 *
 * @throws {RunError} that says what to do instead
 */
export function refuseImport(resource: string, { import: imported }: CustomResourceOptions): void {
  if (imported !== undefined && imported !== "") {
    throw runError(
      `${resource}: import is not supported, because Pulumi's host of dynamic providers cannot import. It is not needed either: leave it out, and the first pulumi up adopts what exists in OpenMeter`,
    );
  }
}

/**
 * Refuses to ignore changes of a part of a set's objects.
 *
 * @throws {RunError} that says what to do instead
 */
export function refuseIgnoredParts(
  resource: string,
  { ignoreChanges }: CustomResourceOptions,
  { name, names: { objects } }: Kind,
): void {
  const below = new RegExp(`^(${objects}(?=[.[])|\\["${objects}"\\](?=.))`);
  const path = ignoreChanges?.find((ignored) => below.test(ignored));
  if (path !== undefined) {
    throw runError(
      `${resource}: ignoreChanges cannot name ${path}, because Pulumi sees the ${objects} of a set as one text. Leave the field out of the ${objects} instead: what is not declared is left alone; undeclaredMetadata: "keep" leaves metadata entries alone. Or declare the ${name} by a resource of its own with ignoreChanges`,
    );
  }
}

/** Whether what a program declares of a field is written in any case, as far as it can be known before the engine asks. */
export function isWritten(
  { onExisting }: Arguments,
  { ignoreChanges = [] }: CustomResourceOptions,
  field: string | undefined,
): boolean {
  // A path that begins with a bracket may be any.
  const isIgnored = ignoreChanges.some((path) => ["", "*", field].includes(path.split(/[.[]/)[0]));
  return (onExisting ?? "adopt") === "adopt" && !isIgnored;
}

/** Options that Pulumi takes without a word and that have no effect on resources of this package: whether they are set, and why. */
const ineffective: Readonly<Record<string, { isSet(options: CustomResourceOptions): boolean; readonly why: string }>> =
  {
    deleteBeforeReplace: {
      isSet: (options) => options.deleteBeforeReplace === true,
      why:
        "such an early delete could hit what another resource takes over in the same run. " +
        "The replacement is created first, and what nothing declares any more is deleted at the end of the run.",
    },
    customTimeouts: {
      isSet: (options) => options.customTimeouts !== undefined,
      why:
        "Pulumi's host of dynamic providers does not pass it on. " +
        "Set openmeter:requestTimeout, the seconds of one try of a request, and openmeter:maxRetries.",
    },
    replaceOnChanges: {
      // Another key is a replacement anyway.
      isSet: ({ replaceOnChanges = [] }) => replaceOnChanges.some((path) => path !== "key"),
      why:
        "Pulumi's host of dynamic providers does not tell the engine which properties change. " +
        "To replace a resource once, run pulumi up --replace with its URN.",
    },
  };

/** The options of which the run has been warned. */
const warned = perRun(() => new Set<string>());

/** Warns of options that have no effect, of each once in a run: a program may set one on a thousand resources. */
export function warnOfIneffective(resource: string, options: CustomResourceOptions): void {
  const told = warned();
  for (const [name, { isSet, why }] of Object.entries(ineffective)) {
    if (isSet(options) && !told.has(name)) {
      told.add(name);
      log.warn(
        `${resource}: ${name} has no effect, neither here nor on other resources of this package, because ${why}`,
      );
    }
  }
}

/** The options of the members of a set: those of the set that are about where they belong, and whether they are deleted. */
export function membersOptions(
  set: CustomResource,
  options: CustomResourceOptions,
  { type, companion }: SetClass,
): CustomResourceOptions {
  const { parent, version, pluginDownloadURL, retainOnDelete } = options;
  const aliases = options.aliases && aliasesOfMembers(options.aliases, companion);
  const provider = set.getProvider(type);
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
