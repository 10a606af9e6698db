/** For the mutation check, where the files of a run share one process. */
import fc from "fast-check";
import { afterAll, vi } from "vitest";

// Properties are tried with the same few values in each run, since what it counts must not depend on luck.
fc.configureGlobal({ seed: 1, numRuns: 30 });

// What a file has mocked, the next one has not, in whatever order they run.
afterAll(() => {
  vi.restoreAllMocks();
});
