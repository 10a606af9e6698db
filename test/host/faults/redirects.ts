import type { FaultRow } from "./row";

/** Redirects. Following one would hand the API key to whoever is named there. */
export const redirects: readonly FaultRow[] = [
  {
    fault: "redirect to another host (301, 302, 303, 307, 308)",
    strikes: ({ foreignUrl }) => ({ kind: "redirect", status: 307, location: `${foreignUrl}/api/v1/subjects` }),
    says: "{url} redirects to {foreign}/api/v1/subjects, which is not followed. If that is your server, set openmeter:baseUrl to it",
    cells: `
             create       delete       refresh      set: create  set: removal  set: refresh  update       update: read  look-up      set: update  set: update: read  set: delete  set: reads
      stays  1 unreached  1 unreached  1 unreached  1 unreached  3 unreached   1 unreached   1 unreached  1 unreached   1 unreached  1 unreached  3 unreached        3 unreached  3 unreached
      once   -            -            -            -            3 part        -             -            -             -            -            -                  -            -`,
  },
  {
    fault: "redirect to another path of the host",
    strikes: () => ({ kind: "redirect", location: "/openmeter/api/v1/subjects" }),
    says: "{url} redirects to /openmeter/api/v1/subjects, which is not followed. If that is your server, set openmeter:baseUrl to it",
    cells: `
             create       delete       refresh      set: create  set: removal  set: refresh
      stays  1 unreached  1 unreached  1 unreached  1 unreached  3 unreached   1 unreached
      once   -            -            -            -            3 part        -`,
  },
  {
    fault: "304",
    strikes: () => ({ kind: "status", status: 304, body: "" }),
    says: "{url} answered 304 with an empty body; check that openmeter:baseUrl is OpenMeter's address, and whether a proxy in front of it answered",
    cells: `
             create   delete   refresh  set: create  set: removal  set: refresh
      stays  1 fails  1 fails  1 fails  1 fails      3 fails       1 fails
      once   -        -        -        -            3 part        -`,
  },
];
