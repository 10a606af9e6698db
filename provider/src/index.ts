/**
 * Pulumi resources for OpenMeter's metering subjects.
 *
 * @packageDocumentation
 */
export type { JsonObject, JsonValue } from "./json";
export {
  getSubject,
  getSubjectOrUndefined,
  listSubjects,
  type SubjectFilter,
  type SubjectInfo,
} from "./resources/lookup";
export { type JsonInput, Subject, type SubjectArgs } from "./resources/subject";
export { SubjectSet, type SubjectSetArgs, type SubjectSetMember } from "./resources/subject-set";
