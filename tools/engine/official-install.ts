/** Run as a process, `official-install.ts <folder> <version>`: installs that version of the Pulumi CLI into the folder. */
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";

const [, , root, version] = process.argv;
if (!root || !version) throw new Error("folder and version are needed");

// Standard input closes when the process that waits for this one is gone; nobody would use the result then.
process.stdin.resume().once("end", () => process.exit(1));

PulumiCommand.install({ root, version: new SemVer(version) }).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
