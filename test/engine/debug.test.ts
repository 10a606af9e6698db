import { expect, it } from "vitest";
import { withStack } from "./stack";

const debugLine = /openmeter: (GET|POST) \/api\/v1\/subjects.*: 200 in \d+ ms, try 1/g;

it("shows a line for each request under --debug, and none without it", async () => {
  await withStack(async (stack) => {
    const { requests } = stack.emulator;
    const quiet = await stack.up({ acme: { key: "acme" } });
    expect(`${quiet.stdout}${quiet.stderr}`).not.toMatch(debugLine);
    const before = requests.list().length;
    const { stdout } = await stack.up(
      { acme: { key: "acme", displayName: "Acme" } },
      { debug: true, unsettledBecause: "its requests are counted" },
    );
    // The CLI prints each twice: as it comes, and at the end.
    expect(new Set(stdout.match(debugLine)).size).toBe(requests.list().length - before);
  });
});
