import { expect, it } from "vitest";
import { withExample } from "./copied-example";

it("gives each machine and service a subject, and follows a machine that is replaced", async () => {
  await withExample("services-and-hosts", async ({ pulumi, outputs, emulator: { subjects } }) => {
    const hostsOf = (service: string): string[] =>
      subjects
        .list()
        .filter(({ metadata }) => metadata.kind === "host" && metadata.service === service)
        .map(({ key }) => key);
    const up = async (): Promise<string[]> => {
      await pulumi("up", "--yes", "--skip-preview");
      const [search, billing] = [hostsOf("search"), hostsOf("billing")];
      expect([search.length, billing.length, subjects.size]).toEqual([2, 1, 5]);
      for (const key of [...search, ...billing]) expect(key).toMatch(/^i-[0-9a-f]{8}$/);
      expect(await outputs()).toEqual({ hosts: expect.arrayContaining([...search, ...billing]) });
      expect(subjects.get("service-search")).toMatchObject({
        displayName: "Search",
        metadata: { kind: "service", team: "discovery", hosts: expect.arrayContaining(search) },
      });
      expect(subjects.get("service-billing")?.metadata).toEqual({ kind: "service", team: "finance", hosts: billing });
      return [...search, ...billing];
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
