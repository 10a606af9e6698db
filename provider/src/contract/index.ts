/**
 * What the program side and the provider side must spell alike, because it travels between them through the engine and lies
 * in states. Imports nothing.
 */

/** The types that make the engine hand a resource to the Node.js dynamic host. */
export const resourceTypes = {
  subject: "pulumi-nodejs:dynamic/openmeter:Subject",
  subjectSet: "pulumi-nodejs:dynamic/openmeter:SubjectSet",
  subjectSetMembers: "pulumi-nodejs:dynamic/openmeter:SubjectSetMembers",
  customer: "pulumi-nodejs:dynamic/openmeter:Customer",
  customerSet: "pulumi-nodejs:dynamic/openmeter:CustomerSet",
  customerSetMembers: "pulumi-nodejs:dynamic/openmeter:CustomerSetMembers",
} as const;

/** The names under which look-ups call a program's mocks, as functions of a provider are named. */
export const functionTokens = {
  getSubject: "openmeter:index:getSubject",
  getSubjects: "openmeter:index:getSubjects",
  getCustomer: "openmeter:index:getCustomer",
  getCustomers: "openmeter:index:getCustomers",
} as const;

/**
 * The `__provider` input of each resource: a line of JavaScript that Pulumi's dynamic host evaluates to find the provider.
 *
 * It is a constant, and not the serialized closure that `pulumi.dynamic.Resource` makes, for three reasons: closures cannot
 * hold the native parts of undici or zod; a closure is stored twice with each resource, which makes states four times as large
 * and runs nearly twice as long; and a constant never changes, so an upgrade of this package shows no diff and old states
 * run the new code. That makes it an interface for ever: neither the module that it names nor the export may be renamed.
 *
 * It leans on how `pulumi-resource-pulumi-nodejs` reads that input, which is no documented interface of Pulumi. The host
 * tests hold it against the oldest and the newest supported version.
 */
export const providerLines = {
  subject: 'exports.handler=require("pulumi-openmeter/dynamic").subject',
  subjectSet: 'exports.handler=require("pulumi-openmeter/dynamic").subjectSet',
  subjectSetMembers: 'exports.handler=require("pulumi-openmeter/dynamic").subjectSetMembers',
  customer: 'exports.handler=require("pulumi-openmeter/dynamic").customer',
  customerSet: 'exports.handler=require("pulumi-openmeter/dynamic").customerSet',
  customerSetMembers: 'exports.handler=require("pulumi-openmeter/dynamic").customerSetMembers',
} as const;

/** The package of the dynamic host, and so of a provider resource that configures it. */
export const hostPackage = "pulumi-nodejs";

/** The module that those lines name. */
export const providerModule = "pulumi-openmeter/dynamic";

/**
 * The one property beside the user's inputs by which the classes tell the provider what inputs cannot say. Among the inputs of a
 * `Provider` it tells its configuration from that of a stack, in which no name can be like this.
 */
export const marksProperty = "__openmeter";

/** What `marksProperty` holds. It stays in the state. */
export interface Marks {
  /** The URN of the resource in the program; for the members of a set that of the set. It tells resources of one key apart. */
  readonly urn: string;
  /** Which `Provider` the resource has, if any: its URN without stack and project. Added by the provider's process itself. */
  readonly provider?: string;
  /** Names of the inputs that hold a secret anywhere; for a set, `subjects` or `customers` where any value is secret. */
  readonly secrets?: readonly string[];
  /** Whether a key of a set is secret, so that messages count its objects and name none. */
  readonly secretKeys?: true;
  /** In the state of the members of a set: URNs that the set had before it was renamed by aliases. */
  readonly formerUrns?: readonly string[];
  /** In the state of a set that a failure has left: its inputs are those that failed, or it has ids that are still to be deleted. */
  readonly partial?: true;
}
