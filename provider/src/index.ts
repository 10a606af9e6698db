/**
 * Pulumi resources for OpenMeter's customers and metering subjects.
 *
 * @packageDocumentation
 */
export type { JsonObject, JsonValue } from "./json";
export { Customer, type CustomerAddress, type CustomerAddressArgs, type CustomerArgs } from "./program/customer";
export {
  type GetCustomerArgs,
  type GetCustomerOutputArgs,
  type GetCustomerResult,
  type GetCustomersArgs,
  type GetCustomersOutputArgs,
  type GetCustomersResult,
  getCustomer,
  getCustomerOutput,
  getCustomers,
  getCustomersOutput,
} from "./program/customer-lookups";
export {
  CustomerSet,
  type CustomerSetArgs,
  type CustomerSetMember,
  type CustomerSetRecord,
} from "./program/customer-set";
export { Provider, type ProviderArgs } from "./program/provider";
export { type JsonInput, Subject, type SubjectArgs } from "./program/subject";
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
} from "./program/subject-lookups";
export { SubjectSet, type SubjectSetArgs, type SubjectSetMember, type SubjectSetRecord } from "./program/subject-set";
