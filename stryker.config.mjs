/**
 * The mutation check: changes the code that decides, one place at a time, and counts the changes that the unit tests notice.
 *
 * Left out, since a mutant there says nothing about a decision, or can't be reached from a unit test:
 * - `openmeter/transport`, `connection`, `clock`: sockets, timers and dice. What they decide by is `retry` and `network-error`.
 * - `dynamic`: runs in the host's own process, into which a mutant cannot be carried; test/host drives it there.
 * - `resources` but for `deferred` and `declared-keys`: classes that register with the engine, of which mocks see a part.
 * - `adopt` and `cli`: a command beside the provider, with nothing to decide about what a deploy does.
 *
 * Texts are mutated too, into empty ones: a test has to name the part of a message that a user needs (subject, field, what
 * was kept, what next), and nobody has to repeat the wording.
 */
export default {
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.mts" },
  plugins: ["@stryker-mutator/vitest-runner"],
  mutate: [
    "provider/src/json.ts",
    "provider/src/provider/**/*.ts",
    "provider/src/openmeter/{bulk,configuration,errors,network-error,path,pause,problem,reader,redactor,retry,spelling,subject,subjects-client,text}.ts",
    "provider/src/resources/{declared-keys,deferred}.ts",
  ],
  coverageAnalysis: "perTest",
  concurrency: 2,
  incremental: true,
  incrementalFile: "reports/mutation/incremental.json",
  reporters: ["progress-append-only", "clear-text", "json", "html"],
  clearTextReporter: { logTests: false, allowColor: false },
  jsonReporter: { fileName: "reports/mutation/mutation.json" },
  htmlReporter: { fileName: "reports/mutation/mutation.html" },
  thresholds: { high: 95, low: 90, break: 90 },
};
