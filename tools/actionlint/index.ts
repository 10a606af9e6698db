/** A checker of GitHub workflows, built once from its Go module and kept beside the engine. */
import { access, constants, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { run } from "../engine/child";
import { engineCache, programFile } from "../engine/location";
import { publish } from "../engine/staging";

const VERSION = "1.7.12";

/**
 * The path of actionlint's program. Needs Go and the network when it is not there yet.
 *
 * @throws ChildError when it can't be built
 */
export async function ensureActionlint(): Promise<string> {
  const { platform, arch, env } = process;
  const cache = engineCache({ platform, arch, env, home: homedir() });
  const folder = `actionlint-v${VERSION}-${platform}-${arch}`;
  const program = join(cache, folder, programFile("actionlint", platform));
  const isThere = await access(program, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    await mkdir(cache, { recursive: true });
    await publish(cache, folder, async ({ root, scratch }) => {
      const goEnv = { ...env, GOBIN: root, GOWORK: "off", GOTMPDIR: scratch, CGO_ENABLED: "0" };
      await run("go", ["install", `github.com/rhysd/actionlint/cmd/actionlint@v${VERSION}`], {
        env: goEnv,
        cwd: cache,
      });
    });
  }
  return program;
}
