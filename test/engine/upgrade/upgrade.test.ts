import { copyFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { PreviewOptions } from "@pulumi/pulumi/automation";
import { describe, expect, it } from "vitest";
import { withStack } from "../stack";
import { program } from "./program";
import { record, recordedUrl } from "./record";

const states = resolve(__dirname, "states");
const releases = await readdir(states);

// Set by `npm run record:state` before a release.
const releaseToRecord = process.env.RECORD_STATE_OF;
if (releaseToRecord !== undefined) {
  it(`records the state of ${releaseToRecord}`, () => record(join(states, releaseToRecord)));
}

describe.each(releases)("the state and the server that release %s left", (release) => {
  it("show nothing to do, with and without a refresh, and can be destroyed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "pulumi-openmeter-upgrade-"));
    try {
      // The emulator writes into its file.
      const stateFile = join(folder, "server.json");
      await copyFile(join(states, release, "server.json"), stateFile);
      await withStack(
        async (test) => {
          const state = await readFile(join(states, release, "stack.json"), "utf8");
          await test.stack.importStack(JSON.parse(state.replaceAll(recordedUrl, test.emulator.url)));
          const stepsOf = async (options?: PreviewOptions) => {
            const { steps, companions } = await test.preview(program, options);
            return [...steps, ...companions];
          };
          expect(await stepsOf()).toEqual([]);
          expect(test.emulator.requests.list()).toEqual([]);
          expect(await stepsOf({ refresh: true })).toEqual([]);
          await test.stack.destroy();
          // Subjects that OpenMeter has made for customers are not the program's.
          const declared = test.emulator.subjects.list().filter(({ metadata }) => metadata.createdBy === undefined);
          expect([...declared, ...test.emulator.customers.list()]).toEqual([]);
        },
        { stateFile },
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
