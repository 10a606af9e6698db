import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { lacking } from "./machine";

const gigabyte = 1_000_000_000;

it("finds nothing lacking on this machine", async () => {
  expect(await lacking(tmpdir(), async () => gigabyte)).toEqual([]);
});

it("says how much room is left, how much is needed, and what to do", async () => {
  expect(
    await lacking(
      "/full",
      async () => 12_000_000,
      async () => {},
    ),
  ).toEqual([
    "The disk of /full has 12 MB left; 300 are needed. Make room, or set TMPDIR to a folder on another disk.",
  ]);
});

it("says that no port can be had, and why", async () => {
  const forbidden = () => Promise.reject(new Error("listen EPERM"));
  expect(await lacking("/tmp", async () => gigabyte, forbidden)).toEqual([expect.stringContaining("listen EPERM")]);
});
