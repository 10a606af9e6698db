import type { FaultRow } from "./row";

const elsewhere =
  (status: number): FaultRow["strikes"] =>
  ({ foreignUrl }) => ({ kind: "redirect", status, location: `${foreignUrl}/api/v1/subjects` });

const toForeign =
  "{url} redirects to {foreign}/api/v1/subjects, which is not followed. If that is your server, set openmeter:baseUrl to it";

/** Redirects. Following one would hand the API key to whoever is named there. */
export const redirects: readonly FaultRow[] = [
  {
    fault: "301 to another host",
    strikes: elsewhere(301),
    says: toForeign,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 fails    1 fails    3 fails
      once   1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 part     1 fails    3 fails`,
  },
  {
    fault: "302 to another host",
    strikes: elsewhere(302),
    says: toForeign,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 fails    1 fails    3 fails
      once   1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 part     1 fails    3 fails`,
  },
  {
    fault: "303 to another host",
    strikes: elsewhere(303),
    says: toForeign,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 fails    1 fails    3 fails
      once   1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 part     1 fails    3 fails`,
  },
  {
    fault: "307 to another host",
    strikes: elsewhere(307),
    says: toForeign,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 fails    1 fails    3 fails
      once   1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 part     1 fails    3 fails`,
  },
  {
    fault: "308 to another host",
    strikes: elsewhere(308),
    says: toForeign,
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 fails    1 fails    3 fails
      once   1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 part     1 fails    3 fails`,
  },
  {
    fault: "307 to the same host",
    strikes: () => ({ kind: "redirect", location: "/openmeter/api/v1/subjects" }),
    says: "{url} redirects to /openmeter/api/v1/subjects, which is not followed. If that is your server, set openmeter:baseUrl to it",
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 fails    1 fails    3 fails
      once   1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 part     1 fails    3 fails`,
  },
  {
    fault: "304",
    strikes: () => ({ kind: "status", status: 304, body: "" }),
    says: "the server answered 304 with an empty body; check that openmeter:baseUrl ({url}) is OpenMeter's address, and what proxies stand before it",
    cells: `
             create     update     delete    refresh    look-up    set: create  update      delete     list       reads
      stays  1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 fails    1 fails    3 fails
      once   1 fails    1 fails    1 fails   1 fails    1 fails    1 fails      1 fails     3 part     1 fails    3 fails`,
  },
];
