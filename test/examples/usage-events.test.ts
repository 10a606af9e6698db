import { expect, it } from "vitest";
import { withExample } from "./copied-example";

it("sends usage for the subjects that the stack has declared", async () => {
  await withExample("usage-events", async ({ run, pulumi, emulator: { subjects, events } }) => {
    await expect(run("npm", "run", "usage")).rejects.toThrow("the stack dev has no subjects yet: run pulumi up");
    expect(events.list()).toEqual([]);

    await pulumi("up", "--yes", "--skip-preview");
    expect(await run("npm", "run", "usage")).toContain("acme: a request, as subject customer-42");
    expect(events.list()).toMatchObject([
      { subject: "customer-42", type: "request", source: "example-api", data: { route: "/search", durationMs: 120 } },
      { subject: "customer-43", type: "request" },
    ]);
    for (const { subject } of events.list()) expect(subjects.get(subject)?.displayName).toMatch(/^(Acme Inc.|Globex)$/);
    expect(new Set(events.list().map(({ id }) => id)).size).toBe(2);
  });
});
