import { mkdir } from "node:fs/promises";
import path from "node:path";
import { ChildError, run } from "./child";
import { LANGUAGE_HOST } from "./installed";
import { programFile } from "./location";
import { duration, narrated } from "./progress";
import { writeDynamicHostShim } from "./shim";
import { ENGINE_VERSION, goVersion, isAtLeast, MINIMUM_GO } from "./version";
import type { Site, Way } from "./way";

/** A Go program that is built from a module of its own, which pins it and all that it needs. */
interface GoProgram {
  readonly name: string;
  readonly package: string;
  readonly moduleFolder: string;
}

const CLI: GoProgram = {
  name: "pulumi",
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  moduleFolder: path.join(__dirname, "go", "cli"),
};

// Newer language hosts have no tagged Go module; this one, of SDK 3.68.0, works with the pinned CLI.
const HOST: GoProgram = {
  name: LANGUAGE_HOST,
  package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  moduleFolder: path.join(__dirname, "go", "nodehost"),
};

// As Pulumi's releases are built. The go.mod files are never changed, and the version, which a release sets as well, is
// what the Automation API goes by. `grpcnotrace` and `osusergo` spare x/net/trace and a C compiler.
const VERSION_SYMBOL = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const FLAGS = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-tags=osusergo,grpcnotrace"];
const LINK = `-ldflags=-s -w -X ${VERSION_SYMBOL}=v${ENGINE_VERSION}`;

// Go may fetch a newer toolchain to answer; a network that swallows packets must not hold it for ever.
const GO_ANSWERS_MS = 60_000;

/** A build from the Go modules pinned in `go/`, where Go and a module proxy are all there is. */
export const goBuild: Way = {
  from: "go",
  title: `build of Pulumi ${ENGINE_VERSION} from Go modules`,
  async make(site: Site): Promise<void> {
    const started = Date.now();
    const env = goEnvironment(site.scratch);
    const go = await assertGo(env, site.signal);
    const { voice } = site;
    voice.say(`Building Pulumi ${ENGINE_VERSION} with ${go}: about 4-7 minutes on two cores, once for this machine.`);
    const cliPackages = await fetchModules(CLI, env, site);
    const hostPackages = await fetchModules(HOST, env, site);
    const bin = path.join(site.root, "bin");
    await mkdir(bin, { recursive: true });
    await build(CLI, cliPackages, env, site);
    await build(HOST, hostPackages, env, site);
    await writeDynamicHostShim(bin, site.platform);
    voice.say(`Built in ${duration(Date.now() - started)}.`);
  },
};

function goEnvironment(scratch: string): NodeJS.ProcessEnv {
  // No workspace of the user's may take part; what the compiler leaves behind when it is ended goes with the staging folder.
  return { ...process.env, GOWORK: "off", CGO_ENABLED: "0", GOTMPDIR: scratch };
}

/** Asked in the module's folder, where a Go that is too old fetches the newer toolchain that go.mod names, if it may. */
async function assertGo(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const output = await run("go", ["env", "GOVERSION"], {
    cwd: CLI.moduleFolder,
    env,
    signal,
    timeoutMs: GO_ANSWERS_MS,
  });
  const version = goVersion(output);
  if (version === null) throw new Error(`\`go env GOVERSION\` says "${output.trim()}"`);
  if (!isAtLeast(version, MINIMUM_GO)) throw new Error(`Go ${version} is older than ${MINIMUM_GO}`);
  return `Go ${version}`;
}

/** Fetches the modules that the program needs, and no others; answers with the number of packages to compile. */
async function fetchModules(program: GoProgram, env: NodeJS.ProcessEnv, site: Site): Promise<number> {
  let fetched = 0;
  const state = () => `fetching Go modules for ${program.name} (${fetched} so far)`;
  const onErrorLine = (line: string) => {
    const isProgress = line.startsWith("go: downloading ");
    if (isProgress) fetched += 1;
    return isProgress;
  };
  const packages = await narrated(site.voice, state, () =>
    run("go", ["list", ...FLAGS, "-deps", program.package], {
      cwd: program.moduleFolder,
      env,
      signal: site.signal,
      onErrorLine,
    }).catch((error: unknown) => {
      throw error instanceof ChildError ? new Error(`the Go modules could not be fetched: ${error.message}`) : error;
    }),
  );
  return packages.trim().split("\n").length;
}

async function build(program: GoProgram, packages: number, env: NodeJS.ProcessEnv, site: Site): Promise<void> {
  let compiled = 0;
  // `-v` names each package on standard error as its compilation starts; what the build cache has is not named. It also
  // makes sure that a build whose parent was killed ends: it cannot write there any more.
  const onErrorLine = (line: string) => {
    const isPackage = /^[\w./-]+$/.test(line);
    if (isPackage) compiled += 1;
    return isPackage;
  };
  const output = path.join(site.root, "bin", programFile(program.name, site.platform));
  const state = () => `compiling ${program.name} (package ${compiled} of at most ${packages})`;
  await narrated(site.voice, state, () =>
    run("go", ["build", ...FLAGS, LINK, "-v", "-o", output, program.package], {
      cwd: program.moduleFolder,
      env,
      signal: site.signal,
      onErrorLine,
    }),
  );
}
