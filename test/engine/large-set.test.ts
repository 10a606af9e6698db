import { SubjectSet } from "pulumi-openmeter";
import { expect } from "vitest";
import { longIt } from "../sample";
import { type Program, withStack } from "./stack";

/**
 * Few subjects, but more bytes than the 16 MiB that the engine's gRPC client takes of a failure, as base64. The last is small
 * and goes out in a request of its own, so that its refusal costs no search.
 */
const members = [
  ...Array.from({ length: 500 }, (_, index) => ({
    key: `customer-${index}`,
    metadata: { text: `${index} `.padEnd(27_000, "a text that repeats itself, ") },
  })),
  { key: "refused", metadata: { text: "short" } },
];

const program: Program = {
  holds: Object.fromEntries(members.map(({ key, ...fields }) => [key, fields])),
  run: async () => {
    new SubjectSet("customers", { subjects: members });
    return undefined;
  },
};

longIt(
  "a set larger than the engine takes of a failure is kept in the state when one subject is refused, and up sends that one",
  async () => {
    expect(JSON.stringify(members).length).toBeGreaterThan((16 * 1024 * 1024 * 3) / 4);
    await withStack(async (test) => {
      test.emulator.faults.add({
        kind: "status",
        status: 400,
        body: { title: "Bad Request", status: 400, detail: "text is too long" },
        contentType: "application/problem+json",
        match: { key: "refused" },
        times: Number.POSITIVE_INFINITY,
      });
      const message = await test.failingUp(program);
      expect(message).toContain("500 of 501 changes were made, 1 failed");
      expect(message).toContain('"refused": OpenMeter answered 400 Bad Request: text is too long');
      expect(await test.stateNames()).toEqual(["customers"]);
      test.emulator.faults.clear();
      test.emulator.requests.clear();
      await test.up(program);
      const posts = test.emulator.requests.list().filter(({ method }) => method === "POST");
      expect(posts.map(({ body }) => body)).toEqual([[members.at(-1)]]);
      await test.stack.destroy();
      expect(test.emulator.subjects.size).toBe(0);
    });
  },
);
