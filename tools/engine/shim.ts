import { writeFile } from "node:fs/promises";
import path from "node:path";

/** The name under which the engine looks for the host of Node.js dynamic resources. */
export const DYNAMIC_HOST = "pulumi-resource-pulumi-nodejs";

// Run under whatever `node` is on PATH then, and found from the program's folder, as with the official CLI.
const LOCATE = "console.log(require.resolve('@pulumi/pulumi/cmd/dynamic-provider'))";

// `exec`, so that ending this process ends the host: the engine knows no other.
const POSIX = `#!/bin/sh
host=$(node -e "${LOCATE}") || exit 1
exec node "$host" "$@"
`;

const WINDOWS = `@echo off
setlocal
set "HOST="
for /f "delims=" %%h in ('node -e "${LOCATE}"') do set "HOST=%%h"
if not defined HOST exit /b 1
node "%HOST%" %*
`;

/** The file name and the text of the dynamic host's launcher, which official releases of Pulumi contain. */
export function dynamicHostShim(platform: NodeJS.Platform): { readonly file: string; readonly text: string } {
  if (platform === "win32") return { file: `${DYNAMIC_HOST}.cmd`, text: WINDOWS.replaceAll("\n", "\r\n") };
  return { file: DYNAMIC_HOST, text: POSIX };
}

/** Writes the launcher beside the `pulumi` binary in `binDir`. */
export async function writeDynamicHostShim(binDir: string, platform: NodeJS.Platform): Promise<void> {
  const { file, text } = dynamicHostShim(platform);
  await writeFile(path.join(binDir, file), text, { mode: 0o755 });
}
