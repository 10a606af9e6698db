import { type Emulator, startEmulator } from "openmeter-emulator";
import { expect, it } from "vitest";
import { withExample } from "./copied-example";

it("puts each customer into the account of its region, and moves one", async () => {
  const servers = { eu: await startEmulator({ apiKey: "eu-key" }), us: await startEmulator({ apiKey: "us-key" }) };
  const keysOf = ({ customers, subjects }: Emulator) =>
    [...customers.list(), ...subjects.list()].map(({ key }) => key).toSorted();
  const withSandbox = (...names: string[]) => names.flatMap((name) => [`customer-${name}`, `customer-${name}-sandbox`]);
  try {
    await withExample("several-accounts", async ({ pulumi, emulator }) => {
      for (const [region, { url }] of Object.entries(servers)) {
        await pulumi("config", "set", `${region}Url`, url);
        await pulumi("config", "set", "--secret", `${region}ApiKey`, `${region}-key`);
      }
      await pulumi("up", "--yes", "--skip-preview");
      expect(keysOf(servers.us)).toEqual(withSandbox("acme", "initech"));
      expect(keysOf(servers.eu)).toEqual(withSandbox("globex"));

      await pulumi("config", "set", "initechRegion", "eu");
      const preview = await pulumi("preview", "--diff");
      expect(preview).toContain('customer "customer-initech" moves to another account');
      expect(preview).toMatch(/2 to replace/);
      await pulumi("up", "--yes", "--skip-preview");
      expect(keysOf(servers.us)).toEqual(withSandbox("acme"));
      expect(keysOf(servers.eu)).toEqual(withSandbox("globex", "initech"));
      // The server that the environment names is nobody's account here.
      expect(emulator.requests.list()).toEqual([]);
    });
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.close()));
  }
});
