import { describe, expect, it } from "vitest";
import { withHost } from "./with-host";

const oddKeys = [
  "a/b",
  "a?b#c",
  "100%",
  "%",
  "%%",
  "p%2Fq",
  "p%252Fq",
  " lead and trail ",
  "ключ",
  "🦆",
  "a+b&c=d",
  "tab\tnew\nline",
  "...",
  "__proto__",
  "constructor",
];

describe("a key of any shape", () => {
  it("is created, read, updated and deleted, and no other subject is", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const destroying = await another();
      for (const key of oddKeys) {
        emulator.subjects.clear();
        // What a server that decodes twice would take the key for.
        const neighbours = ["a", "p/q", "p%2Fq", "b", "100", "%25"].filter((neighbour) => neighbour !== key);
        emulator.subjects.upsert(...neighbours.map((neighbour) => ({ key: neighbour, displayName: "Neighbour" })));
        const { inputs, failures } = await host.check({ key, displayName: "Odd" });
        expect(failures, key).toEqual([]);
        const { id, outputs } = await host.create(inputs);
        expect(await host.read(id, outputs)).toMatchObject({ id: key, outputs: { key, displayName: "Odd" } });
        const updated = await host.update(id, outputs, { key, displayName: "Odd 2" });
        expect(emulator.subjects.get(key)?.displayName, key).toBe("Odd 2");
        await destroying.delete(id, updated);
        expect((await host.read(id, outputs)).id, key).toBe("");
        expect(emulator.subjects.list().map((live) => live.key)).toEqual(neighbours);
        expect(
          emulator.subjects.list().every(({ displayName }) => displayName === "Neighbour"),
          key,
        ).toBe(true);
      }
    });
  });
});
