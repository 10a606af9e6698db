import { pathToFileURL } from "node:url";
import { run } from "./child";
import { narrated } from "./progress";
import { ENGINE_VERSION } from "./version";
import type { Site, Way } from "./way";

// The host that the Automation API's installer takes its script from.
const DOWNLOAD_HOST = "https://get.pulumi.com/";
const PROBE_MS = 6_000;
const INSTALL_MS = 10 * 60_000;

/** The CLI as Pulumi publishes it, by the installer of its own Automation API. */
export const officialDownload: Way = {
  from: "official",
  title: `download of Pulumi ${ENGINE_VERSION}`,
  async make({ root, signal, voice }: Site): Promise<void> {
    await assertReachable(signal);
    voice.say(`Installing Pulumi ${ENGINE_VERSION} by its official installer.`);
    await narrated(
      voice,
      () => "downloading",
      () => installInChild(root, signal),
    );
  },
};

/** Without this, a closed network would have the installer wait for minutes. */
async function assertReachable(signal: AbortSignal): Promise<void> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]);
    const response = await fetch(DOWNLOAD_HOST, { method: "HEAD", redirect: "manual", signal: limit });
    await response.body?.cancel();
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(`${new URL(DOWNLOAD_HOST).host} cannot be reached (${rootCause(error)})`);
  }
}

/** `fetch` hides what happened behind "fetch failed". */
function rootCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${PROBE_MS / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** In a process of its own, because the installer cannot be cancelled; ended, it takes its shell and downloads along. */
async function installInChild(root: string, signal: AbortSignal): Promise<void> {
  const script = require.resolve("./official-install.ts");
  const loader = pathToFileURL(require.resolve("tsx")).href;
  await run(process.execPath, ["--import", loader, script, root, ENGINE_VERSION], { signal, timeoutMs: INSTALL_MS });
}
