import { away, backoff, type FaultRow } from "./row";

/** A try is given up after 30 s; the last one has what is left of two minutes. */
const givenUp = [30, 0.25, 30, 0.5, 30, 1, 28.25];

/** Connections that break, or never come about. */
export const connections: readonly FaultRow[] = [
  {
    fault: "connection refused, before the first answer",
    strikes: "absent",
    says: "no answer from {url}: connect ECONNREFUSED {address}{tries}. Nothing listens there: check openmeter:baseUrl, and that OpenMeter is running",
    waits: backoff,
    cells: `
             create
      stays  7 unsent
      once   2 done`,
  },
  {
    fault: "connection refused",
    strikes: "shut",
    says: "no answer from {url}: connect ECONNREFUSED {address}{tries}. It answered earlier in this run: check that OpenMeter is still running",
    waits: away,
    cells: `
             create     delete     refresh    set: create  set: removal  update: read  set: update: read
      stays  51 unsent  51 unsent  51 unsent  51 unsent    153 unsent    51 unsent     153 unsent
      once   2 done     2 done     2 done     2 done       6 done        2 done        -`,
  },
  {
    fault: "reset before the request is carried out",
    strikes: () => ({ kind: "resetBefore" }),
    says: "no answer from {url}: read ECONNRESET{tries}. It answered earlier in this run: check that OpenMeter is still running",
    waits: away,
    cells: `
             create    delete    refresh   set: create  set: removal
      stays  51 fails  51 fails  51 fails  51 fails     153 fails
      once   2 done    2 done    2 done    2 done       4 done`,
  },
  {
    fault: "reset after the request was carried out",
    strikes: () => ({ kind: "resetAfter" }),
    applied: true,
    says: "no answer from {url}: read ECONNRESET{tries}. It answered earlier in this run: check that OpenMeter is still running",
    waits: away,
    cells: `
             create    delete    refresh   set: create  set: removal  update    update: read  look-up   set: update  set: update: read  set: delete  set: reads
      stays  51 fails  51 fails  51 fails  51 fails     153 fails     51 fails  51 fails      51 fails  51 fails     153 fails          153 fails    153 fails
      once   2 done    2 done    2 done    2 done       4 done        -         -             -         -            -                  -            -`,
  },
  {
    fault: "half of an answer",
    strikes: () => ({ kind: "truncate" }),
    applied: true,
    says: "no answer from {url}: other side closed (UND_ERR_SOCKET){tries}. It answered earlier in this run: check that OpenMeter is still running",
    waits: away,
    cells: `
             create    delete    refresh   set: create  set: removal
      stays  51 fails  51 fails  51 fails  51 fails     153 fails
      once   2 done    2 done    2 done    2 done       4 done`,
  },
  {
    fault: "no answer at all",
    strikes: () => ({ kind: "hang" }),
    says: "no answer from {url} within 30 s (openmeter:requestTimeout){tries}",
    waits: givenUp,
    cells: `
             create   delete   refresh  set: create  set: removal  set: refresh  update   update: read  look-up  set: update  set: update: read  set: delete  set: reads
      stays  4 fails  4 fails  4 fails  4 fails      12 fails      65 fails      4 fails  4 fails       4 fails  4 fails      12 fails           12 fails     12 fails
      once   2 done   2 done   2 done   4 done       4 done        17 done       -        -             -        -            -                  -            -`,
  },
  {
    fault: "a byte a second",
    strikes: () => ({ kind: "trickle", ms: 1_000 }),
    applied: true,
    says: "no answer from {url} within 30 s (openmeter:requestTimeout){tries}",
    waits: givenUp,
    cells: `
             create   delete  refresh  set: create  set: removal  set: refresh
      stays  4 fails  1 done  4 fails  4 fails      3 done        65 fails
      once   2 done   -       2 done   4 done       -             17 done`,
  },
];
