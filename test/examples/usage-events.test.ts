import { expect, it } from "vitest";
import { withExample } from "./copied-example";

it("sends usage for the customers and the subject that the stack has declared", async () => {
  await withExample("usage-events", async ({ run, pulumi, emulator: { customers, subjects, events } }) => {
    await expect(run("npm", "run", "usage")).rejects.toThrow("the stack dev has no subjects yet: run pulumi up");
    expect(events.list()).toEqual([]);

    await pulumi("up", "--yes", "--skip-preview");
    expect(await run("npm", "run", "usage")).toContain("acme: a request, as subject customer-42");
    expect(events.list()).toMatchObject([
      { subject: "customer-42", type: "request", source: "example-api", data: { route: "/search", durationMs: 120 } },
      { subject: "host-1", type: "request" },
      { subject: "globex-eu", type: "request" },
      { subject: "globex-us", type: "request" },
    ]);
    const idOf = (key: string) => customers.get(key)?.id;
    expect(events.list().map(({ subject }) => customers.attributedTo(subject))).toEqual([
      [idOf("customer-42")],
      [],
      [idOf("customer-43")],
      [idOf("customer-43")],
    ]);
    expect(subjects.get("host-1")?.metadata).toEqual({ kind: "host" });
    expect(new Set(events.list().map(({ id }) => id)).size).toBe(4);
  });
});
