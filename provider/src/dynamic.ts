/**
 * The door through which Pulumi's dynamic host finds this provider.
 *
 * The state of every stack names this module, as `pulumi-openmeter/dynamic`, and its exports (see resources/provider-string.ts).
 * They may never be renamed or moved.
 */
export { subject } from "./dynamic/subject";
export { subjectSet } from "./dynamic/subject-set";
