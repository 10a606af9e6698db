/**
 * The door through which Pulumi's dynamic host finds this provider. The engine starts a process of the host for each provider
 * instance, so there is one session in it, which all types of resources share.
 *
 * The state of every stack names this module, as `pulumi-openmeter/dynamic`, and its exports (see contract/index.ts).
 * They may never be renamed or moved.
 */
import type { dynamic } from "@pulumi/pulumi";
import type { Surroundings } from "./core/surroundings";
import { engineLog } from "./hosts/dynamic/engine-log";
import { dynamicProvider } from "./hosts/dynamic/provider";
import { membersResource } from "./hosts/members";
import { objectResource } from "./hosts/objects";
import { Session } from "./hosts/session";
import { setForm } from "./hosts/set";
import { singleForm } from "./hosts/single";
import { customerKind } from "./kinds/customer/fields";
import { subjectKind } from "./kinds/subject/fields";
import { isDebugging } from "./openmeter/http/trace";

const engineAddress = process.argv[2] ?? "";
const log = engineLog(engineAddress);
const debugLevel = isDebugging(process.env) ? "info" : "debug";
const session = new Session({
  engineAddress,
  environment: process.env,
  report: log.report,
  debug: (line) => log.report(line, { level: debugLevel }),
});
const host = { session, log };
const subjects = resourcesOf(session.surroundings(subjectKind, (connection) => connection.subjects));
const customers = resourcesOf(session.surroundings(customerKind, (connection) => connection.customers));

/** Makes the provider that the host asks for by the constant line in each subject's state. */
export function subject(): dynamic.ResourceProvider {
  return dynamicProvider(host, subjects.single);
}

/** The same for sets of subjects. */
export function subjectSet(): dynamic.ResourceProvider {
  return dynamicProvider(host, subjects.set);
}

/** The same for the companions of sets of subjects. */
export function subjectSetMembers(): dynamic.ResourceProvider {
  return dynamicProvider(host, subjects.members);
}

/** The same for customers. */
export function customer(): dynamic.ResourceProvider {
  return dynamicProvider(host, customers.single);
}

/** The same for sets of customers. */
export function customerSet(): dynamic.ResourceProvider {
  return dynamicProvider(host, customers.set);
}

/** The same for the companions of sets of customers. */
export function customerSetMembers(): dynamic.ResourceProvider {
  return dynamicProvider(host, customers.members);
}

/** The types of resources of one kind. */
function resourcesOf(around: Surroundings) {
  return {
    single: objectResource(around, session, singleForm(around.kind)),
    set: objectResource(around, session, setForm(around.kind)),
    members: membersResource(around, session),
  };
}
