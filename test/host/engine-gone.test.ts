import { describe, expect, it } from "vitest";
import { hostPackages } from "./dynamic-host";
import { calls, createSet, customers, setInputs } from "./set-fixtures";
import { withHost } from "./with-host";

describe.each(hostPackages)("the dynamic host of %s, when its engine is killed", (hostPackage) => {
  it("ends by itself, and sends nothing more of what it was asked for", async () => {
    await withHost(
      async ({ host, emulator }) => {
        let lost: Promise<void> | undefined;
        // The first request ends the engine; those that came with it wait for the end too, and are carried out after it.
        const before = (): Promise<void> => {
          lost ??= host.loseEngine();
          return lost;
        };
        emulator.faults.add({ kind: "call", before, times: Number.POSITIVE_INFINITY });
        await expect(createSet(host.set, setInputs(customers(3_000)))).rejects.toThrow();
        await lost;
        // Of six chunks, four are sent at once.
        expect(calls(emulator.requests).length).toBeLessThanOrEqual(4);
      },
      { package: hostPackage },
    );
  });
});
