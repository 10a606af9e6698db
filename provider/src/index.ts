/**
 * Pulumi resources for OpenMeter's customers and metering subjects.
 *
 * @packageDocumentation
 */
export type { JsonObject, JsonValue } from "./json";
export { Customer, type CustomerAddress, type CustomerAddressArgs, type CustomerArgs } from "./program/customer";
export type { GetCustomerResult } from "./program/customer-lookups";
export {
  CustomerSet,
  type CustomerSetArgs,
  type CustomerSetMember,
  type CustomerSetRecord,
} from "./program/customer-set";
export {
  type GetSubjectArgs,
  type GetSubjectOutputArgs,
  type GetSubjectResult,
  type GetSubjectsArgs,
  type GetSubjectsOutputArgs,
  getSubject,
  getSubjectOutput,
  getSubjects,
  getSubjectsOutput,
} from "./program/lookup";
export { Provider, type ProviderArgs } from "./program/provider";
export { type JsonInput, Subject, type SubjectArgs } from "./program/subject";
export { SubjectSet, type SubjectSetArgs, type SubjectSetMember, type SubjectSetRecord } from "./program/subject-set";
