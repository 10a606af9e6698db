/** A Pulumi project for programs that the command writes, and the command and the CLI in it. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Emulator, type EmulatorOptions, startEmulator } from "openmeter-emulator";
import ts from "typescript";
import { environmentOf } from "./environment";

const root = resolve(__dirname, "../..");
const adoptCommand = join(root, "provider/bin/pulumi-openmeter.js");

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

interface Project {
  readonly emulator: Emulator;
  readonly program: string;
  readonly pulumi: (...args: string[]) => Promise<Ended>;
  readonly adopt: (...args: string[]) => Promise<Ended>;
}

/** Runs a test in a TypeScript project of its own, with an account that is filled so. */
export async function withProject(
  fill: (emulator: Emulator) => void,
  test: (project: Project) => Promise<void>,
  options: EmulatorOptions = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-openmeter-adopt-"));
  const emulator = await startEmulator(options);
  const env = environmentOf(folder, emulator.url);
  const run = (file: string, args: readonly string[]): Promise<Ended> =>
    new Promise((done) => {
      execFile(file, args, { cwd: folder, env, maxBuffer: 1e8 }, (error, stdout, stderr) =>
        done({ code: error === null ? 0 : error.code, stdout, stderr }),
      );
    });
  try {
    await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    await cp(join(root, "examples/quickstart/tsconfig.json"), join(folder, "tsconfig.json"));
    await writeFile(join(folder, "package.json"), JSON.stringify({ main: "index.ts" }));
    await writeFile(join(folder, "Pulumi.yaml"), "name: adopted\nruntime: nodejs\n");
    fill(emulator);
    const pulumi = (...args: string[]) => run("pulumi", [...args, "--non-interactive"]);
    await pulumi("stack", "init", "test");
    await test({
      emulator,
      program: join(folder, "index.ts"),
      pulumi,
      adopt: (...args) => run(process.execPath, [adoptCommand, "adopt", ...args]),
    });
  } finally {
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What TypeScript has to say against a program, in its strictest form. */
export function typeErrors(file: string): string[] {
  const program = ts.createProgram([file], {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noUnusedLocals: true,
    noPropertyAccessFromIndexSignature: true,
    skipLibCheck: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: [],
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}
