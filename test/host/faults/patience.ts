import { backoff, type FaultRow } from "./row";

const asks =
  (status: number, retryAfter: string): FaultRow["strikes"] =>
  () => ({ kind: "status", status, retryAfter });

const throttled = "{url} answered 429 Too Many Requests: a fault set in the emulator{tries}";

/** Answers that ask to come back later. Only the deadline of two minutes ends the retries, and no wait is longer than 30 s. */
export const patience: readonly FaultRow[] = [
  {
    fault: "429",
    strikes: () => ({ kind: "status", status: 429 }),
    says: throttled,
    // The mean of a random wait of up to 30 s is 15 s.
    waits: [...backoff, 15, 15, 15, 15, 15, 15],
    cells: `
             create    delete    refresh   set: create  set: removal  update    update: read  look-up   set: update  set: update: read  set: delete  set: reads
      stays  13 fails  13 fails  13 fails  13 fails     39 fails      13 fails  13 fails      13 fails  13 fails     39 fails           39 fails     39 fails
      once   2 done    2 done    2 done    2 done       4 done        -         -             -         -            -                  -            -`,
  },
  {
    fault: "429, Retry-After: 7",
    strikes: asks(429, "7"),
    says: throttled,
    waits: Array.from({ length: 17 }, () => 7),
    cells: `
             create    delete    refresh   set: create  set: removal
      stays  18 fails  18 fails  18 fails  18 fails     54 fails
      once   2 done    2 done    2 done    2 done       4 done`,
  },
  {
    fault: "429, Retry-After: more than 30 s",
    strikes: asks(429, "1000000000"),
    says: throttled,
    waits: [30, 30, 30, 30],
    cells: `
             create   delete   refresh  set: create  set: removal
      stays  5 fails  5 fails  5 fails  5 fails      15 fails
      once   2 done   2 done   2 done   2 done       4 done`,
  },
  {
    fault: "503, Retry-After: 7",
    strikes: asks(503, "7"),
    says: "{url} answered 503 Service Unavailable: a fault set in the emulator{tries}",
    waits: Array.from({ length: 17 }, () => 7),
    cells: `
             create    delete    refresh   set: create  set: removal
      stays  18 fails  18 fails  18 fails  18 fails     54 fails
      once   2 done    2 done    2 done    2 done       4 done`,
  },
];
