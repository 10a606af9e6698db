import { expect, it } from "vitest";
import { subjects } from "../../hosts/kinds";
import { deployed, one } from "../../hosts/stack";

it("a subject whose key is the id of another one is not deleted in its place", async () => {
  const { stack, server } = await deployed(subjects, { a: one("a") });
  const id = server.id("a") ?? "";
  await stack.up({ a: one("a"), b: one(id) });
  const other = server.id(id);
  await stack.up({ b: one(id) });
  expect(server.keys()).toEqual([id]);
  expect(server.id(id)).toBe(other);
});
