import { expect, it } from "vitest";
import { withExample } from "./copied-example";

it("gives each machine and service a subject, and follows a machine that is replaced", async () => {
  await withExample("services-and-hosts", async ({ pulumi, outputs, emulator: { subjects } }) => {
    const up = async (): Promise<string[]> => {
      await pulumi("up", "--yes", "--skip-preview");
      const { hosts } = (await outputs()) as { hosts: string[] };
      expect(subjects.list().map(({ key }) => key)).toHaveLength(5);
      for (const host of hosts) expect(host).toMatch(/^i-[0-9a-f]{8}$/);
      const [a, b, c] = hosts;
      for (const key of [a, b]) {
        expect(subjects.get(String(key))?.metadata).toEqual({ kind: "host", service: "search" });
      }
      expect(subjects.get(String(c))?.metadata).toEqual({ kind: "host", service: "billing" });
      expect(subjects.get("service-search")?.metadata).toEqual({ kind: "service", team: "discovery", hosts: [a, b] });
      expect(subjects.get("service-billing")).toMatchObject({ displayName: "Billing", metadata: { hosts: [c] } });
      return hosts;
    };

    const first = await up();
    const service = subjects.get("service-search")?.id;
    await pulumi("preview", "--refresh", "--expect-no-changes");

    await pulumi("config", "set", "image", "2026-02");
    const second = await up();
    expect(second.filter((host) => first.includes(host))).toEqual([]);
    expect(subjects.get("service-search")?.id).toBe(service);
  });
});
