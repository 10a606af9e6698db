import { createEmulator } from "openmeter-emulator";
import { expect, it } from "vitest";
import { connectedTo, FakeClock } from "../connection";

it("A connection does not ask for the program's secrets before a server's text is to be shown", async () => {
  const { subjects, redactor } = connectedTo(createEmulator());
  let asked = 0;
  redactor.conceal(() => [`secret ${++asked}`]);
  await subjects.list();
  expect(asked).toBe(0);
  expect(redactor.show("no secret 1")).toBe("no [secret]");
});

it.each([
  [429, /^http:\/\/openmeter\.test answered 429 Too Many Requests.* \(try 2, 7 s so far\)$/],
  [503, /^http:\/\/openmeter\.test answered 503 Service Unavailable.* \(try 2, 7 s so far\)$/],
])(
  "A connection tells what a request has waited for (%d), once it has waited so long, and nothing else",
  async (status, says) => {
    const emulator = createEmulator();
    const clock = new FakeClock();
    const { subjects, waiting } = connectedTo(emulator, { clock });
    emulator.faults.add({ kind: "status", status, retryAfter: "7" });
    let seen: (string | undefined)[] = [];
    // The second try comes after the wait.
    const look = () => {
      seen = [waiting(5_000), waiting(8_000)];
    };
    emulator.faults.add({ kind: "call", before: look });
    expect(waiting(0)).toBeUndefined();
    await subjects.list();
    expect(seen).toEqual([expect.stringMatching(says), undefined]);
    expect(waiting(0)).toBeUndefined();
  },
);

it("A connection does not count a request as waiting for the server before it is sent", async () => {
  const emulator = createEmulator();
  const clock = new FakeClock();
  const { subjects, waiting } = connectedTo(emulator, { clock, configuration: { maxConcurrency: 1 } });
  const seen: (string | undefined)[] = [];
  const before = async () => {
    await clock.sleep(9_000);
    seen.push(waiting(5_000), waiting(10_000));
  };
  emulator.faults.add({ kind: "call", before, times: 2 });
  await Promise.all([subjects.list(), subjects.list()]);
  const first = "no answer yet from http://openmeter.test (9 s so far)";
  expect(seen).toEqual([first, undefined, first, undefined]);
});
