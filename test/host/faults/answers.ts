import { mergeIntoSubjects } from "openmeter-emulator";
import { apiKey } from "./place";
import type { FaultRow } from "./row";

const checkUrl = "check that openmeter:baseUrl is OpenMeter's address, and whether a proxy in front of it answered";
const notJson = (status: number, type: string) =>
  `{url} answered ${status} with content of type "${type}" that the Subject API does not return; ${checkUrl}`;
const noSubject = `the answer from {url} is not a subject of OpenMeter's Subject API; ${checkUrl}`;
const otherList = "OpenMeter's answer to the upsert does not list the subjects that were sent";

const upserts = (says: string) => ({ create: says, "set: create": says });
const deletions = (says: string) => ({ delete: says, "set: removal": says });

const withheld =
  'subject "{key}" contains the API key in OpenMeter, so it is not taken into the state. Remove it there, or replace the API key';

/** A 200 with this JSON; the request is not carried out. */
const json =
  (body: string): FaultRow["strikes"] =>
  () => ({ kind: "status", status: 200, body, contentType: "application/json" });

/** Changes a list of subjects; one subject stays as it is. */
const list =
  (change: (subjects: readonly unknown[]) => unknown): FaultRow["strikes"] =>
  () => ({ kind: "alter", change: (answer) => (Array.isArray(answer) ? change(answer) : answer) });

/** Answers with a status of success that are not what was asked for. */
export const answers: readonly FaultRow[] = [
  {
    fault: "200 with a page",
    strikes: () => ({ kind: "html" }),
    says: `{url} answered 200 with a page titled "Gateway"; ${checkUrl}`,
    cells: `
             create   delete   refresh  set: create  set: removal  set: refresh  update   update: read  look-up  set: update  set: update: read  set: delete  set: reads
      stays  1 fails  1 fails  1 fails  1 fails      3 fails       1 fails       1 fails  1 fails       1 fails  1 fails      3 fails            3 fails      3 fails
      once   -        -        -        -            3 part        -             -        -             -        -            -                  -            -`,
  },
  {
    fault: "200 with an empty body",
    strikes: () => ({ kind: "empty" }),
    says: `{url} answered 200 with an empty body; ${checkUrl}`,
    cells: `
             create   delete   refresh  set: create  set: removal  set: refresh
      stays  1 fails  1 fails  1 fails  1 fails      3 fails       1 fails
      once   -        -        -        -            3 part        -`,
  },
  {
    fault: "204",
    strikes: () => ({ kind: "status", status: 204, body: "", applied: true }),
    applied: true,
    says: `{url} answered 204 with an empty body; ${checkUrl}`,
    cells: `
             create   delete  refresh  set: create  set: removal  set: refresh
      stays  1 fails  1 done  1 fails  1 fails      3 done        1 fails
      once   -        -       -        -            -             -`,
  },
  {
    fault: "200 with half of a JSON text",
    strikes: json('[{"id":"01J'),
    says: notJson(200, "application/json"),
    cells: `
             create   delete   refresh  set: create  set: removal  set: refresh
      stays  1 fails  1 fails  1 fails  1 fails      3 fails       1 fails
      once   -        -        -        -            3 part        -`,
  },
  {
    fault: "200 with null or an empty list",
    strikes: json("null"),
    says: noSubject,
    saysIn: { ...upserts(otherList), ...deletions(notJson(200, "application/json")) },
    cells: `
             create   delete   refresh  set: create  set: removal  set: refresh
      stays  1 fails  1 fails  1 fails  1 fails      3 fails       17 fails
      once   -        -        -        -            3 part        17 done`,
  },
  {
    fault: "200 with other JSON",
    strikes: json("7"),
    says: notJson(200, "application/json"),
    saysIn: { refresh: noSubject, "look-up": noSubject, "set: reads": noSubject },
    cells: `
             create   delete   refresh  set: create  set: removal  set: refresh
      stays  1 fails  1 fails  1 fails  1 fails      3 fails       1 fails
      once   -        -        -        -            3 part        -`,
  },
  {
    fault: "200 with 30 MB",
    strikes: () => ({ kind: "huge", bytes: 30_000_000 }),
    says: "the answer is larger than 8192 KB",
    saysIn: { "set: create": "the answer is larger than 24576 KB" },
    cells: `
             create   refresh  set: create  set: refresh
      stays  1 fails  1 fails  1 fails      17 fails
      once   -        -        -            17 done`,
  },
  {
    fault: "another key",
    strikes: () => ({ kind: "alter", change: mergeIntoSubjects({ key: "other" }) }),
    applied: true,
    says: otherList,
    cells: `
             create   delete  refresh  set: create  set: removal  set: refresh  update   update: read  look-up  set: update  set: update: read  set: delete  set: reads
      stays  1 fails  1 done  2 gone   1 fails      3 done        33 gone       1 fails  2 done        2 gone   1 fails      6 done             3 done       6 gone
      once   -        -       2 done   -            -             17 done       -        -             -        -            -                  -            -`,
  },
  {
    fault: "one subject more",
    strikes: list((subjects) => [...subjects, ...subjects.slice(0, 1)]),
    applied: true,
    says: otherList,
    cells: `
             create   delete  refresh  set: create  set: refresh
      stays  1 fails  1 done  1 done   1 fails      1 done
      once   -        -       -        -            -`,
  },
  {
    fault: "one subject less",
    strikes: list((subjects) => subjects.slice(1)),
    applied: true,
    says: otherList,
    cells: `
             create   delete  refresh  set: create  set: refresh
      stays  1 fails  1 done  1 done   1 fails      2 done
      once   -        -       -        -            -`,
  },
  {
    fault: "another order",
    strikes: list((subjects) => [...subjects].reverse()),
    applied: true,
    says: otherList,
    cells: `
             create  delete  refresh  set: create  set: refresh
      stays  1 done  1 done  1 done   1 fails      1 done
      once   -       -       -        -            -`,
  },
  {
    fault: "subjects without id",
    strikes: () => ({ kind: "alter", change: mergeIntoSubjects({ id: null }) }),
    applied: true,
    says: noSubject,
    cells: `
             create   delete  refresh  set: create  set: refresh
      stays  1 fails  1 done  1 fails  1 fails      1 fails
      once   -        -       -        -            -`,
  },
  {
    fault: "subjects that are marked deleted",
    strikes: () => ({ kind: "alter", change: mergeIntoSubjects({ deletedAt: "2026-01-15T12:00:00Z" }) }),
    applied: true,
    says: "somebody else deleted it each time it was written",
    cells: `
             create    delete  refresh  set: create  set: refresh  update    update: read  look-up  set: update  set: update: read  set: reads
      stays  3 undone  1 done  1 gone   15 undone    17 gone       3 undone  1 done        1 gone   15 undone    3 done             3 gone
      once   2 done    -       -        2 done       17 done       -         -             -        -            -                  -`,
  },
  {
    fault: "the API key in a field",
    strikes: () => ({ kind: "alter", change: mergeIntoSubjects({ debug: `Bearer ${apiKey}` }) }),
    applied: true,
    says: withheld,
    saysIn: { "set: create": withheld.replace("{key}", "{each}") },
    cells: `
             create   delete  refresh  set: create  set: refresh
      stays  1 fails  1 done  1 fails  1 named      1 fails
      once   -        -       -        -            -`,
  },
  {
    fault: "the wrong content type",
    strikes: () => ({ kind: "alter", change: (answer) => answer, contentType: "text/html" }),
    applied: true,
    says: "",
    cells: `
             create  delete  refresh  set: create  set: refresh
      stays  1 done  1 done  1 done   1 done       1 done
      once   -       -       -        -            -`,
  },
  {
    fault: "compressed unasked",
    strikes: () => ({ kind: "gzip" }),
    applied: true,
    says: "",
    cells: `
             create  delete  refresh  set: create  set: refresh
      stays  1 done  1 done  1 done   1 done       1 done
      once   -       -       -        -            -`,
  },
];
