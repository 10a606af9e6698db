import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Deployment } from "@pulumi/pulumi/automation";
import { withStack } from "../stack";
import { program } from "./program";

/**
 * Stands for the server's address: the state holds the configuration of the run that wrote it, and a refresh that goes before
 * the program asks the server that it names.
 */
export const recordedUrl = "http://recorded.invalid";

/** Runs the program under this release and keeps what it leaves: the state, and what the server has. */
export async function record(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const server = join(folder, "server.json");
  await withStack(
    async (test) => {
      await test.up(program);
      const exported = withoutPlaces(await test.stack.exportStack());
      await writeFile(join(folder, "stack.json"), json(exported).replaceAll(test.emulator.url, recordedUrl));
    },
    { stateFile: server, stripe: true },
  );
  await writeFile(server, json(JSON.parse(await readFile(server, "utf8"))));
}

/** Without where in the program resources were made: paths of the machine that recorded it. */
function withoutPlaces({ version, deployment }: Deployment): Deployment {
  const resources: Record<string, unknown>[] = deployment.resources;
  const kept = resources.map(({ sourcePosition: _position, stackTrace: _trace, ...resource }) => resource);
  return { version, deployment: { ...deployment, resources: kept } };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
