import fc from "fast-check";
import { type AnsweredSubject, type LiveSubject, parseSubject } from "../../../provider/src/openmeter/subject";
import { applied } from "../openmeter/subjects-in-memory";
import { anyMetadata } from "./any-declaration";

/** The key of every subject here. */
export const key = "customer-42";

/** The live subject after an upsert on what was there. */
export function liveAfter(sent: object | undefined, before?: LiveSubject): LiveSubject {
  const answered: AnsweredSubject | undefined = parseSubject(
    sent === undefined ? before : applied(before, JSON.parse(JSON.stringify(sent)), "01J"),
  );
  if (answered === undefined || answered.deleted) throw new Error("the simulated server lost the subject");
  return answered.subject;
}

/** A live subject with these fields. */
export function live(fields: Partial<Omit<LiveSubject, "id" | "key">> = {}): LiveSubject {
  return liveAfter({ key, ...fields });
}

/** Live subjects, as if others had written them. */
export const anyLive = fc
  .record(
    { displayName: fc.constantFrom("Acme", "Other"), metadata: anyMetadata, stripeCustomerId: fc.constant("cus_9") },
    { requiredKeys: [] },
  )
  .map((fields) => live(fields));
