import { answers } from "./answers";
import { connections } from "./connections";
import { patience } from "./patience";
import { redirects } from "./redirects";
import type { FaultRow } from "./row";
import { statuses } from "./statuses";

/** The whole fault table, in sections. A new fault is a new row in one of them; its cells are seen when its cases fail. */
export const table = {
  "Answers that refuse or fail": statuses,
  "Answers that ask to wait": patience,
  "Broken connections": connections,
  "Answers that are not the API's": answers,
  Redirects: redirects,
} satisfies Readonly<Record<string, readonly FaultRow[]>>;
