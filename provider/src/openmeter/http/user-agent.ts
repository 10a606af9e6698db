import { version as pulumiVersion } from "@pulumi/pulumi/version";
import { packageVersion } from "../../version";

/** How requests introduce themselves to firewalls and to those who read the server's log. */
export const userAgent = `pulumi-openmeter/${packageVersion} (node ${process.versions.node}; pulumi ${pulumiVersion})`;
