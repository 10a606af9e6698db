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
} from "./program/lookup";
export { type JsonInput, Subject, type SubjectArgs } from "./program/subject";
export { SubjectSet, type SubjectSetArgs, type SubjectSetMember } from "./program/subject-set";
