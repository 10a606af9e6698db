import { away, backoff, type FaultRow } from "./row";

/** The answer with this status and a problem document. */
const answers =
  (status: number): FaultRow["strikes"] =>
  () => ({ kind: "status", status });

/** A 404 with this detail. */
const missing =
  (detail: string): FaultRow["strikes"] =>
  () => ({ kind: "status", status: 404, body: { type: "about:blank", title: "Not Found", status: 404, detail } });

const notThere =
  "The Subject API is not there; check that openmeter:baseUrl is OpenMeter's address, and whether a proxy in front of it answered";

/** Answers with a status of failure. Those that are named together are told apart by nothing but their words. */
export const statuses: readonly FaultRow[] = [
  {
    fault: "400, 413, 422",
    strikes: answers(400),
    says: "OpenMeter answered 400 Bad Request: a fault set in the emulator",
    cells: `
             create     delete     refresh    set: create  set: removal  set: refresh  update     update: read  look-up    set: update  set: update: read  set: delete  set: reads
      stays  1 refused  1 refused  1 refused  5 refused    3 refused     1 refused     1 refused  1 refused     1 refused  5 refused    3 refused          3 refused    3 refused
      once   -          -          -          3 done       3 refused     -             -          -             -          -            -                  -            -`,
  },
  {
    fault: "401, 403",
    strikes: answers(401),
    says: "{url} answered 401 Unauthorized: a fault set in the emulator. The API key comes from openmeter:apiKey: check that it is complete, still valid and made for this server",
    cells: `
             create     delete     refresh    set: create  set: removal  set: refresh  update     update: read  look-up    set: update  set: update: read  set: delete  set: reads
      stays  1 stopped  1 stopped  1 stopped  1 stopped    3 stopped     1 stopped     1 stopped  1 refused     1 stopped  1 stopped    3 stopped          3 stopped    3 stopped
      once   -          -          -          -            3 part        -             -          -             -          -            -                  -            -`,
  },
  {
    fault: "404 that speaks of the subject",
    strikes: missing("not found error: subject not found [namespace=default subject.idOrKey=acme]"),
    says: "OpenMeter answered 404 Not Found: not found error: subject not found [namespace=default subject.idOrKey=acme]",
    cells: `
             create     delete  refresh  set: create  set: removal  set: refresh  update     update: read  look-up  set: update  set: update: read  set: delete  set: reads
      stays  1 refused  1 done  1 gone   5 refused    3 done        1 refused     1 refused  1 done        1 gone   5 refused    3 done             3 done       3 gone
      once   -          -       -        3 done       -             -             -          -             -        -            -                  -            -`,
  },
  {
    fault: "404 that speaks of something else, or a page",
    strikes: missing("No static resource api/v1/subjects/acme."),
    says: `{url} answered 404 Not Found: No static resource api/v1/subjects/acme. ${notThere}`,
    cells: `
             create       delete       refresh      set: create  set: removal  set: refresh
      stays  1 unreached  1 unreached  1 unreached  1 unreached  3 unreached   1 unreached
      once   -            -            -            -            3 part        -`,
  },
  {
    fault: "408, 425",
    strikes: answers(408),
    says: "{url} answered 408 Request Timeout: a fault set in the emulator{tries}",
    waits: backoff,
    cells: `
             create   delete   refresh  set: create  set: removal  set: refresh
      stays  7 fails  7 fails  7 fails  7 fails      21 fails      119 fails
      once   2 done   2 done   2 done   2 done       4 done        2 done`,
  },
  {
    fault: "409",
    strikes: answers(409),
    says: "OpenMeter answered 409 Conflict: a fault set in the emulator",
    cells: `
             create     delete     refresh    set: create  set: removal  set: refresh  update     update: read  look-up    set: update  set: update: read  set: delete  set: reads
      stays  2 refused  1 refused  1 refused  8 refused    3 refused     1 refused     2 refused  1 refused     1 refused  8 refused    3 refused          3 refused    3 refused
      once   2 done     -          -          3 done       3 refused     -             -          -             -          -            -                  -            -`,
  },
  {
    fault: "500, 502, 504",
    strikes: answers(500),
    says: "{url} answered 500 Internal Server Error{tries}",
    waits: backoff,
    cells: `
             create   delete   refresh  set: create  set: removal  set: refresh  update   update: read  look-up  set: update  set: update: read  set: delete  set: reads
      stays  7 fails  7 fails  7 fails  23 named      21 fails      113 fails     7 fails  7 fails       7 fails  23 named      21 fails           21 fails     21 fails
      once   2 done   2 done   2 done   3 done       4 done        17 done       -        -             -        -            -                  -            -`,
  },
  {
    fault: "503",
    strikes: answers(503),
    says: "{url} answered 503 Service Unavailable: a fault set in the emulator{tries}",
    waits: away,
    cells: `
             create    delete    refresh   set: create  set: removal  update    update: read  look-up   set: update  set: update: read  set: delete  set: reads
      stays  51 fails  51 fails  51 fails  51 fails     153 fails     51 fails  51 fails      51 fails  51 fails     153 fails          153 fails    153 fails
      once   2 done    2 done    2 done    2 done       4 done        -         -             -         -            -                  -            -`,
  },
];
