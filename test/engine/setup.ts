import { delimiter } from "node:path";
import { ensureEngine } from "../../tools/engine";

/** Puts the engine first on PATH, where the Automation API and the tests' child processes look for it. */
const engine = await ensureEngine();
process.env.PATH = engine.env(process.env).PATH ?? `${engine.binDir}${delimiter}${process.env.PATH}`;
