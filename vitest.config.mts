import { defineConfig } from "vitest/config";

/**
 * Levels of tests, cheapest first. Host and engine tests start processes (the dynamic host, the pulumi CLI), which on two
 * cores leaves no room for more than two files at a time.
 */
export default defineConfig(({ mode }) => {
  // For test/sample.ts, in the processes that run the tests.
  process.env.TESTS = mode;
  return {
    test: {
      reporters: ["default", "./tools/slowest-files.ts"],
      projects: [
        {
          test: {
            name: "unit",
            include: ["test/unit/**/*.test.ts", "emulator/test/**/*.test.ts", "tools/**/*.test.ts"],
            // Some start processes or the compiler, which takes its time on a busy machine.
            testTimeout: 60_000,
          },
        },
        { test: { name: "conformance", include: ["test/conformance/**/*.test.ts"], testTimeout: 60_000 } },
        {
          test: { name: "host", include: ["test/host/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
        },
        {
          test: {
            name: "engine",
            include: ["test/engine/**/*.test.ts"],
            setupFiles: ["test/engine/setup.ts"],
            testTimeout: 300_000,
            hookTimeout: 300_000,
          },
        },
        {
          test: {
            name: "examples",
            include: ["test/examples/**/*.test.ts"],
            setupFiles: ["test/engine/setup.ts"],
            globalSetup: ["test/examples/setup-package.ts"],
            // A deployment takes some seconds of a processor, and each test makes several.
            testTimeout: 600_000,
            hookTimeout: 300_000,
          },
        },
      ],
      maxWorkers: 2,
    },
  };
});
