import { backoff, type FaultRow } from "./row";

/** The answer with this status and a problem document. */
const answers =
  (status: number): FaultRow["strikes"] =>
  () => ({ kind: "status", status });

/** A 404 with this problem document. */
const missing =
  (detail?: string): FaultRow["strikes"] =>
  () => ({
    kind: "status",
    status: 404,
    body: { type: "about:blank", title: "Not Found", status: 404, ...(detail !== undefined && { detail }) },
  });

const checkKey = "Check openmeter:apiKey (or OPENMETER_API_KEY)";
const notThere =
  "The Subject API is not there; check that openmeter:baseUrl ({url}) is OpenMeter's address, and what proxies stand before it";

/** Answers with a status of failure. */
export const statuses: readonly FaultRow[] = [
  {
    fault: "400",
    strikes: answers(400),
    says: "OpenMeter answered 400 Bad Request: a fault set in the emulator",
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  1 refused  1 refused  1 fails   1 refused  1 refused  5 refused    5 refused   3 refused  1 refused  3 refused
      once   1 refused  1 refused  1 fails   1 refused  1 refused  3 done       3 done      3 refused  1 refused  3 refused`,
  },
  {
    fault: "400 with a problem of absurd fields",
    strikes: () => ({ kind: "status", status: 400, body: { type: 7, title: { a: 1 }, status: "x", detail: [null] } }),
    says: "OpenMeter answered 400 Bad Request",
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  1 refused  1 refused  1 fails   1 refused  1 refused  5 refused    5 refused   3 refused  1 refused  3 refused
      once   1 refused  1 refused  1 fails   1 refused  1 refused  3 done       3 done      3 refused  1 refused  3 refused`,
  },
  {
    fault: "401",
    strikes: answers(401),
    says: `OpenMeter answered 401 Unauthorized: a fault set in the emulator. ${checkKey}`,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  1 refused  1 refused  1 fails   1 fails    1 fails    1 fails      1 fails     3 fails    1 fails    3 fails
      once   1 refused  1 refused  1 fails   1 fails    1 fails    1 fails      1 fails     3 part     1 fails    3 fails`,
  },
  {
    fault: "403",
    strikes: answers(403),
    says: `OpenMeter answered 403 Forbidden: a fault set in the emulator. ${checkKey}`,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  1 refused  1 refused  1 fails   1 fails    1 fails    1 fails      1 fails     3 fails    1 fails    3 fails
      once   1 refused  1 refused  1 fails   1 fails    1 fails    1 fails      1 fails     3 part     1 fails    3 fails`,
  },
  {
    fault: "404 that speaks of the subject",
    strikes: missing("not found error: subject not found [namespace=default subject.idOrKey=acme]"),
    says: "OpenMeter answered 404 Not Found: not found error: subject not found [namespace=default subject.idOrKey=acme]",
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  1 refused  1 refused  1 done    1 gone     1 gone     5 refused    5 refused   3 done     1 refused  3 gone
      once   1 refused  1 refused  1 done    1 gone     1 gone     3 done       3 done      3 done     1 refused  3 gone`,
  },
  {
    fault: "404 that speaks of the path",
    strikes: missing("No static resource api/v1/subjects/acme."),
    says: `OpenMeter answered 404 Not Found: No static resource api/v1/subjects/acme. ${notThere}`,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 fails    1 fails    3 fails
      once   1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 part     1 fails    3 fails`,
  },
  {
    fault: "404 that speaks of nothing",
    strikes: missing(),
    says: `OpenMeter answered 404 Not Found. ${notThere}`,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 fails    1 fails    3 fails
      once   1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 part     1 fails    3 fails`,
  },
  {
    fault: "404 with a page",
    strikes: () => ({ kind: "html", status: 404 }),
    says: `OpenMeter answered 404 Not Found: <!doctype html> <html><head><title>Gateway</title></head><body><h1>Gateway</h1></body></html>. ${notThere}`,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 fails    1 fails    3 fails
      once   1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 part     1 fails    3 fails`,
  },
  {
    fault: "408",
    strikes: answers(408),
    says: "OpenMeter answered 408 Request Timeout: a fault set in the emulator{tries}",
    waits: backoff,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  7 fails    7 fails    7 fails   7 fails    7 fails    7 fails      7 fails     21 fails   119 fails  21 fails
      once   2 done     2 done     2 done    2 done     2 done     2 done       2 done      4 done     2 done     4 done`,
  },
  {
    fault: "409",
    strikes: answers(409),
    says: "OpenMeter answered 409 Conflict: a fault set in the emulator",
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  2 refused  1 refused  1 fails   1 refused  1 refused  8 refused    8 refused   3 refused  1 refused  3 refused
      once   2 done     1 refused  1 fails   1 refused  1 refused  3 done       3 done      3 refused  1 refused  3 refused`,
  },
  {
    fault: "413",
    strikes: answers(413),
    says: "OpenMeter answered 413 Payload Too Large: a fault set in the emulator",
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  1 refused  1 refused  1 fails   1 refused  1 refused  5 refused    5 refused   3 refused  1 refused  3 refused
      once   1 refused  1 refused  1 fails   1 refused  1 refused  3 done       3 done      3 refused  1 refused  3 refused`,
  },
  {
    fault: "425",
    strikes: answers(425),
    says: "OpenMeter answered 425 Too Early: a fault set in the emulator{tries}",
    waits: backoff,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  7 fails    7 fails    7 fails   7 fails    7 fails    7 fails      7 fails     21 fails   119 fails  21 fails
      once   2 done     2 done     2 done    2 done     2 done     2 done       2 done      4 done     2 done     4 done`,
  },
  {
    fault: "500",
    strikes: answers(500),
    says: "OpenMeter answered 500 Internal Server Error{tries}",
    waits: backoff,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  7 fails    7 fails    7 fails   7 fails    7 fails    23 refused   23 refused  21 fails   113 fails  21 fails
      once   2 done     2 done     2 done    2 done     2 done     3 done       3 done      4 done     17 done    4 done`,
  },
  {
    fault: "502 with a page",
    strikes: () => ({ kind: "html", status: 502 }),
    says: "OpenMeter answered 502 Bad Gateway: <!doctype html> <html><head><title>Gateway</title></head><body><h1>Gateway</h1></body></html>{tries}",
    waits: backoff,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  7 fails    7 fails    7 fails   7 fails    7 fails    23 refused   23 refused  21 fails   113 fails  21 fails
      once   2 done     2 done     2 done    2 done     2 done     3 done       3 done      4 done     17 done    4 done`,
  },
  {
    fault: "503",
    strikes: answers(503),
    says: "OpenMeter answered 503 Service Unavailable: a fault set in the emulator{tries}",
    waits: backoff,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  7 fails    7 fails    7 fails   7 fails    7 fails    7 fails      7 fails     21 fails   119 fails  21 fails
      once   2 done     2 done     2 done    2 done     2 done     2 done       2 done      4 done     2 done     4 done`,
  },
  {
    fault: "504",
    strikes: answers(504),
    says: "OpenMeter answered 504 Gateway Timeout: a fault set in the emulator{tries}",
    waits: backoff,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  7 fails    7 fails    7 fails   7 fails    7 fails    23 refused   23 refused  21 fails   113 fails  21 fails
      once   2 done     2 done     2 done    2 done     2 done     3 done       3 done      4 done     17 done    4 done`,
  },
];
