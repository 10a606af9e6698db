import { createEmulator } from "openmeter-emulator";
import { expect, it } from "vitest";
import { connectedTo, FakeClock } from "../connection";

it.each([
  [429, "a server asked for patience", true],
  [503, "one request is to be tried again", false],
])("A connection tells whether all of its requests wait: after %d, since %s: %s", async (status, _why, waits) => {
  const emulator = createEmulator();
  const waiting: boolean[] = [];
  const clock = new (class extends FakeClock {
    override sleep(ms: number): Promise<void> {
      waiting.push(pause.isOn);
      return super.sleep(ms);
    }
  })();
  const { subjects, pause } = connectedTo(emulator, { clock });
  emulator.faults.add({ kind: "status", status, retryAfter: "7" });
  expect(pause.isOn).toBe(false);
  await subjects.list();
  expect(waiting).toEqual([waits]);
  expect(pause.isOn).toBe(false);
});
