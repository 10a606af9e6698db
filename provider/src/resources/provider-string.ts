/**
 * The `__provider` input of every subject: a line of JavaScript that Pulumi's dynamic host evaluates to find the provider.
 *
 * It is a constant, and not the serialized closure that `pulumi.dynamic.Resource` makes, for three reasons: closures cannot
 * hold the SDK's or zod's native parts; a closure is stored twice with each resource, which makes states four times as large
 * and runs nearly twice as long; and a constant never changes, so an upgrade of this package shows no diff and old states
 * run the new code. That makes it an interface for ever: neither the module that it names nor the export may be renamed.
 *
 * It leans on how `pulumi-resource-pulumi-nodejs` reads that input, which is no documented interface of Pulumi. The host
 * tests hold it against the oldest and the newest supported version.
 */
export const subjectProvider = 'exports.handler=require("pulumi-openmeter/dynamic").subject';

/** The same for sets of subjects. */
export const subjectSetProvider = 'exports.handler=require("pulumi-openmeter/dynamic").subjectSet';

/** The type that makes the engine hand a resource to the Node.js dynamic host. */
export const subjectType = "pulumi-nodejs:dynamic/openmeter:Subject";

/** The same for sets of subjects. */
export const subjectSetType = "pulumi-nodejs:dynamic/openmeter:SubjectSet";
