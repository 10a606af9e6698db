import { OpenMeterError } from "../../../provider/src/openmeter/errors";
import { parseSubject, type SubjectId } from "../../../provider/src/openmeter/subject";
import { clientAnsweredBy, problem, text } from "./fake-transport";

export const key = "customer-42";
export const record = {
  id: "01J",
  key,
  metadata: {},
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
};
export const live = { id: "01J", key, metadata: {} };
export const gone = { ...record, deletedAt: "2026-01-02T00:00:00Z" };

export function answered(...answers: Response[]) {
  return clientAnsweredBy((_request, index) => answers[index] ?? problem(500, "one request too many"));
}

export function idOf(value: unknown): SubjectId {
  const found = parseSubject(value);
  if (found === undefined || found.deleted) throw new Error("not a live subject");
  return found.subject.id;
}

export async function failureOf(call: Promise<unknown>): Promise<OpenMeterError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof OpenMeterError) return error;
    throw error;
  }
  throw new Error("the call did not fail");
}

export const html = (status: number) => text("<h1>Not Found</h1>", status, "text/html");
export const noOperation = () => problem(404, "no matching operation was found", "Not Found");
