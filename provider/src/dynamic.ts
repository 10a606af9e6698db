/**
 * The door through which Pulumi's dynamic host finds this provider. The engine starts a process of the host for each provider
 * instance, so there is one session in it, which all types of resources share.
 *
 * The state of every stack names this module, as `pulumi-openmeter/dynamic`, and its exports (see contract/index.ts).
 * They may never be renamed or moved.
 */
import type { dynamic } from "@pulumi/pulumi";
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
const subjects = session.surroundings(subjectKind, (connection) => connection.subjects);
const customers = session.surroundings(customerKind, (connection) => connection.customers);
const membersOfSubjectSets = membersResource(subjects, session);
const membersOfCustomerSets = membersResource(customers, session);

/** Makes the provider that the host asks for by the constant line in each subject's state. */
export function subject(): dynamic.ResourceProvider {
  return dynamicProvider(host, objectResource(subjects, session, singleForm(subjectKind)));
}

/** The same for sets of subjects. */
export function subjectSet(): dynamic.ResourceProvider {
  return dynamicProvider(host, objectResource(subjects, session, setForm(subjectKind)));
}

/** The same for the companions of sets of subjects. */
export function subjectSetMembers(): dynamic.ResourceProvider {
  return dynamicProvider(host, membersOfSubjectSets);
}

/** The same for customers. */
export function customer(): dynamic.ResourceProvider {
  return dynamicProvider(host, objectResource(customers, session, singleForm(customerKind)));
}

/** The same for sets of customers. */
export function customerSet(): dynamic.ResourceProvider {
  return dynamicProvider(host, objectResource(customers, session, setForm(customerKind)));
}

/** The same for the companions of those sets. */
export function customerSetMembers(): dynamic.ResourceProvider {
  return dynamicProvider(host, membersOfCustomerSets);
}
