/**
 * The door through which Pulumi's dynamic host finds this provider.
 *
 * The state of every stack names this module, as `pulumi-openmeter/dynamic`, and its exports (see contract/index.ts).
 * They may never be renamed or moved.
 */
export { subject, subjectSet, subjectSetMembers } from "./hosts/dynamic";
