/**
 * The mutation check: changes the code that decides, one place at a time, and counts the changes that the unit tests notice.
 *
 * Left out, since a mutant there says nothing about a decision, or can't be reached from a unit test:
 * - `openmeter/http/{transport,send,slots}`, `connection`, `clock`: sockets, timers and dice. What they decide by is `retry` and
 *   `network-error`.
 * - `hosts/dynamic`: runs in the host's own process, into which a mutant cannot be carried; test/host drives it there.
 * - the classes of `program`: they register with the engine, of which mocks see a part.
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
    "provider/src/{core,kinds,run}/**/*.ts",
    "provider/src/hosts/*.ts",
    "provider/src/openmeter/{answers,configuration,errors,failures-in-a-row,objects-port,parallel,removal,turns}.ts",
    "provider/src/openmeter/{customers,redact,subjects}/*.ts",
    "provider/src/openmeter/http/{answers,network-error,path,pause,problem,retry}.ts",
    "provider/src/program/{aliases,inputs,members}.ts",
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
