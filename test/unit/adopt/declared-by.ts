/** What a program declares, found by running it with mocked resources. */
import { createRequire } from "node:module";
import ts from "typescript";
import { Customer, CustomerSet, Subject, SubjectSet } from "../../../provider/src/index";
import { type Registered, startRun } from "../program/mocked-run";

const require = createRequire(import.meta.url);

const ourPackage = { Customer, CustomerSet, Subject, SubjectSet };

/** Runs a program in TypeScript and returns what it registers. */
export async function declaredBy(program: string): Promise<readonly Registered[]> {
  const { registered } = await startRun();
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const load = (name: string): unknown => (name === "pulumi-openmeter" ? ourPackage : require(name));
  new Function("require", "exports", outputText)(load, {});
  const expected = program.split(/^new (?:Subject|Customer)/m).length - 1;
  // Mocked registrations are answered in later turns of the event loop.
  while (registered.length < expected) await new Promise((next) => setImmediate(next));
  return registered;
}
