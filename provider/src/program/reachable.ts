/** Whether Pulumi's dynamic host will find this package, which it looks for from the program's folder. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { providerModule } from "../contract";
import { packageVersion } from "../version";
import { isStartedByEngine } from "./run";
import { runError } from "./stack-traces";

/** Where Pulumi has started the program, unless that has changed the folder before it imported this package. */
const startFolder = process.cwd();

let isFound: boolean | undefined;

/**
 * Says at once what a check would say with `Cannot find module 'pulumi-openmeter/dynamic'` and a page of stack: the program
 * has this package only through another one, and its package manager does not hoist.
 *
 * The engine starts the host in the folder in which it starts the program, and the host resolves `__provider` from there
 * (`requireFromString` in `@pulumi/pulumi/cmd/dynamic-provider`). Nothing is said where that folder is not this process's:
 * in unit tests, in inline programs of the Automation API, and in providers of components.
 *
 * @param resource for the message: `Subject "acme"`
 * @throws {RunError} with the remedy
 */
export function refuseUnreachable(resource: string): void {
  // Only the engine's own runs are judged, and they do not change any more.
  isFound ??= !isStartedByEngine() || [startFolder, process.cwd(), runtime.getRootDirectory()].some(reaches);
  if (isFound) {
    return;
  }
  throw runError(
    `${resource}: Pulumi cannot load the provider, because pulumi-openmeter is not among the packages of ${startFolder}. ` +
      "It seems to be installed only as a dependency of another package. " +
      `Add "pulumi-openmeter": "^${packageVersion}" to the dependencies in the package.json of this program, and install again.`,
  );
}

/** Whether the module that states name is found from a folder. */
function reaches(folder: string): boolean {
  // Plug'n'Play of yarn has no folders to look in.
  if (process.versions.pnp !== undefined) {
    return true;
  }
  try {
    createRequire(join(folder, "index.js")).resolve(providerModule);
    return true;
  } catch {
    return false;
  }
}
