/**
 * `npm run record:state`: keeps the state that this version leaves, for the test that later versions run on it. Once for each
 * release; a state that is there already stays. Before the release, remove its folder to record it anew.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(__dirname, "../..");
const { version }: { version: string } = JSON.parse(readFileSync(resolve(root, "provider/package.json"), "utf8"));
const folder = resolve(root, "test/engine/upgrade/states", version);
if (existsSync(folder)) {
  console.log(`The state of ${version} is there already: ${folder}`);
} else {
  const vitest = resolve(root, "node_modules/vitest/vitest.mjs");
  execFileSync(
    process.execPath,
    [vitest, "run", "--project", "engine", "test/engine/upgrade", "-t", "records the state"],
    {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, RECORD_STATE_OF: version },
    },
  );
}
