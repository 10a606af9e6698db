import { configDefaults, defineConfig } from "vitest/config";

/**
 * What the mutation check runs for each mutant: the unit tests of what decides. All files of a run share one worker, which
 * loads the libraries once; properties are tried with the same values each time, so that a score can be repeated.
 */
export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "**/import-graph.test.ts", "**/transport*.test.ts"],
    isolate: false,
    pool: "threads",
    maxWorkers: 1,
    // A machine that is busy must not pass for a test that has noticed something; what never ends, the mutation check ends.
    testTimeout: 60_000,
    setupFiles: ["test/unit/shared-process.ts"],
  },
});
