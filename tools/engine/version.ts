import { parse, type SemVer } from "semver";

/** The Pulumi version that is installed or built where the machine has none of its own. */
export const ENGINE_VERSION = "3.274.1";

/** The oldest Pulumi CLI that the provider supports: older ones forget a resource's inputs in a refresh. */
export const MINIMUM_PULUMI = "3.216.0";

/** The oldest Go release line whose toolchain can build the pinned modules. */
export const MINIMUM_GO = "1.26.0";

/** The version in the output of `pulumi version` (`v3.259.0`, `v3.260.0-dev.1`); null when it names none. */
export function pulumiVersion(output: string): SemVer | null {
  return parse(output.trim());
}

/** The version in the output of `go env GOVERSION` (`go1.26.8`, `go1.26`, `go1.27rc1`); null when it names none. */
export function goVersion(output: string): SemVer | null {
  const [, major, minor, patch = "0"] = /^go(\d+)\.(\d+)(?:\.(\d+))?/.exec(output.trim()) ?? [];
  return major === undefined ? null : parse(`${major}.${minor}.${patch}`);
}

/**
 * Whether a version is at least the minimum. A pre-release of the minimum counts as the minimum: development builds of
 * the CLI carry one, and it says nothing of what they can do.
 */
export function isAtLeast(version: SemVer, minimum: string): boolean {
  return version.compareMain(minimum) >= 0;
}
