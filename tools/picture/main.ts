/**
 * `npm run picture`: runs the story of `npm start` and draws what the terminal shows, for the README. Run it again when the
 * story or the engine's words change.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { draw } from "./draw";
import { shorten } from "./shorten";

const root = resolve(__dirname, "../..");
const target = resolve(root, "docs/quickstart.svg");

const { OPENMETER_URL: _url, OPENMETER_API_KEY: _key, ...env } = process.env;
const output = execFileSync(process.execPath, ["--import", "tsx", resolve(root, "tools/quickstart/main.ts")], {
  cwd: root,
  encoding: "utf8",
  env: { ...env, FORCE_COLOR: "1", PULUMI_OPTION_COLOR: "always" },
  stdio: ["ignore", "pipe", "inherit"],
});
writeFileSync(
  target,
  draw(
    shorten(output),
    "npm start: customers and subjects are created, and a customer that somebody else changes is repaired",
  ),
);
console.log(`Wrote ${target}`);
