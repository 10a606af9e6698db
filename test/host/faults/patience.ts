import type { FaultRow } from "./row";
import { backoff } from "./row";

const asks =
  (status: number, retryAfter: string): FaultRow["strikes"] =>
  () => ({ kind: "status", status, retryAfter });

const throttled = "OpenMeter answered 429 Too Many Requests: a fault set in the emulator{tries}";

/** Only the deadline of two minutes ends the retries of a 429; no wait is longer than 30 s, and the mean of that is 15 s. */
const untilDeadline = [...backoff.slice(0, 6), 15, 15, 15, 15, 15, 15];

/** Answers that ask to come back later. */
export const patience: readonly FaultRow[] = [
  {
    fault: "429",
    strikes: () => ({ kind: "status", status: 429 }),
    says: throttled,
    waits: untilDeadline,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  13 fails   13 fails   13 fails  13 fails   13 fails   13 fails     13 fails    39 fails   221 fails  39 fails
      once   2 done     2 done     2 done    2 done     2 done     2 done       2 done      4 done     2 done     4 done`,
  },
  {
    fault: "429, Retry-After: 7",
    strikes: asks(429, "7"),
    says: throttled,
    waits: Array.from({ length: 17 }, () => 7),
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  18 fails   18 fails   18 fails  18 fails   18 fails   18 fails     18 fails    54 fails   306 fails  54 fails
      once   2 done     2 done     2 done    2 done     2 done     2 done       2 done      4 done     2 done     4 done`,
  },
  {
    fault: "429, Retry-After: a date far away",
    strikes: asks(429, "Fri, 31 Dec 9999 23:59:59 GMT"),
    says: throttled,
    waits: [30, 30, 30, 30],
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  5 fails    5 fails    5 fails   5 fails    5 fails    5 fails      5 fails     15 fails   85 fails   15 fails
      once   2 done     2 done     2 done    2 done     2 done     2 done       2 done      4 done     2 done     4 done`,
  },
  {
    fault: "429, Retry-After: a date in the past",
    strikes: asks(429, "Thu, 01 Jan 2015 00:00:00 GMT"),
    says: throttled,
    waits: untilDeadline,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  13 fails   13 fails   13 fails  13 fails   13 fails   13 fails     13 fails    39 fails   221 fails  39 fails
      once   2 done     2 done     2 done    2 done     2 done     2 done       2 done      4 done     2 done     4 done`,
  },
  {
    fault: "429, Retry-After: 1000000000",
    strikes: asks(429, "1000000000"),
    says: throttled,
    waits: [30, 30, 30, 30],
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  5 fails    5 fails    5 fails   5 fails    5 fails    5 fails      5 fails     15 fails   85 fails   15 fails
      once   2 done     2 done     2 done    2 done     2 done     2 done       2 done      4 done     2 done     4 done`,
  },
  {
    fault: "429, Retry-After: 0",
    strikes: asks(429, "0"),
    says: throttled,
    waits: untilDeadline,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  13 fails   13 fails   13 fails  13 fails   13 fails   13 fails     13 fails    39 fails   221 fails  39 fails
      once   2 done     2 done     2 done    2 done     2 done     2 done       2 done      4 done     2 done     4 done`,
  },
  {
    fault: "429, Retry-After: -5",
    strikes: asks(429, "-5"),
    says: throttled,
    waits: untilDeadline,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  13 fails   13 fails   13 fails  13 fails   13 fails   13 fails     13 fails    39 fails   221 fails  39 fails
      once   2 done     2 done     2 done    2 done     2 done     2 done       2 done      4 done     2 done     4 done`,
  },
  {
    fault: "429, Retry-After: soon",
    strikes: asks(429, "soon"),
    says: throttled,
    waits: untilDeadline,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  13 fails   13 fails   13 fails  13 fails   13 fails   13 fails     13 fails    39 fails   221 fails  39 fails
      once   2 done     2 done     2 done    2 done     2 done     2 done       2 done      4 done     2 done     4 done`,
  },
  {
    fault: "503, Retry-After: 7",
    strikes: asks(503, "7"),
    says: "OpenMeter answered 503 Service Unavailable: a fault set in the emulator{tries}",
    waits: [7, 7, 7, 7, 7, 7],
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  7 fails    7 fails    7 fails   7 fails    7 fails    7 fails      7 fails     21 fails   119 fails  21 fails
      once   2 done     2 done     2 done    2 done     2 done     2 done       2 done      4 done     2 done     4 done`,
  },
  {
    fault: "503, Retry-After: 1000000000",
    strikes: asks(503, "1000000000"),
    says: "OpenMeter answered 503 Service Unavailable: a fault set in the emulator{tries}",
    waits: [30, 30, 30, 30],
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  5 fails    5 fails    5 fails   5 fails    5 fails    5 fails      5 fails     15 fails   85 fails   15 fails
      once   2 done     2 done     2 done    2 done     2 done     2 done       2 done      4 done     2 done     4 done`,
  },
];
