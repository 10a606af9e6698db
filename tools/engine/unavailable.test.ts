import { expect, it } from "vitest";
import { EngineUnavailableError } from "./unavailable";

it("lists what was tried, why it failed, and the remedies", () => {
  const error = new EngineUnavailableError([
    { way: "pulumi on PATH", reason: "there is none" },
    { way: "build from Go modules", reason: "`go build` failed with exit code 1\nout of memory" },
  ]);
  expect(error).toBeInstanceOf(Error);
  expect(error.message).toBe(
    `No Pulumi engine could be had. Tried:
  - pulumi on PATH: there is none
  - build from Go modules: \`go build\` failed with exit code 1
    out of memory
Any one of these helps; then run this again:
  - install Pulumi 3.216 or newer: https://www.pulumi.com/docs/install/
  - install Go 1.26 or newer, to have it built here: https://go.dev/doc/install
  - if one of them is installed already, put its folder on PATH`,
  );
});
