import { describe, expect, it } from "vitest";
import { deleteAll } from "../../../provider/src/openmeter/bulk";
import type { SubjectId } from "../../../provider/src/openmeter/subject";
import { connectionRefused, serverFailure } from "./bulk-server";
import { idOf } from "./client-answered";
import { clientAnsweredBy, notFound, problem } from "./fake-transport";

const done = () => new Response(null, { status: 204 });

function records(count: number): Map<string, SubjectId> {
  const keys = Array.from({ length: count }, (_, index) => `s${index}`);
  return new Map(keys.map((key) => [key, idOf({ id: `01J-${key}`, key, metadata: {} })]));
}

describe("many deletes", () => {
  it("are sent by id, each once, at most 8 at a time, and tell their progress", async () => {
    let atOnce = 0;
    let most = 0;
    const { client, sent } = clientAnsweredBy(async () => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
      return done();
    });
    const told: number[] = [];
    const outcome = await deleteAll(client, records(100), (count) => told.push(count));
    expect(most).toBe(8);
    expect(sent.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      [...records(100).values()].map((id) => `DELETE /api/v1/subjects/${id}`).sort(),
    );
    expect(outcome).toStrictEqual({ deleted: new Set(records(100).keys()), refused: [] });
    expect(told).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  it("take a record that is gone for deleted", async () => {
    const { client } = clientAnsweredBy(() => notFound());
    const { deleted, refused } = await deleteAll(client, records(3));
    expect([...deleted].sort()).toEqual(["s0", "s1", "s2"]);
    expect(refused).toEqual([]);
  });

  it("end with an error that is a bug, which stays what it is", async () => {
    const { client } = clientAnsweredBy(() => {
      throw new TypeError("a bug");
    });
    await expect(deleteAll(client, records(1))).rejects.toBeInstanceOf(TypeError);
  });

  it("go on after one that is refused, which is reported", async () => {
    const { client } = clientAnsweredBy(({ path }) => (path.endsWith("-s5") ? problem(409, "in use") : done()));
    const told: number[] = [];
    const { deleted, refused, stoppedBy } = await deleteAll(client, records(40), (count) => told.push(count));
    expect(refused).toMatchObject([{ key: "s5", error: { status: 409 } }]);
    expect(deleted.size).toBe(39);
    expect(stoppedBy).toBeUndefined();
    expect(told.at(-1)).toBe(40);
  });

  it.each<[string, () => Response]>([
    ["nobody answers", connectionRefused],
    ["the server fails", () => serverFailure(500)],
    ["the API key is refused", () => problem(401, "unauthorized")],
  ])("stop when %s", async (_what, answer) => {
    const { client, sent } = clientAnsweredBy((_request, index) => (index >= 10 ? answer() : done()));
    const { deleted, refused, stoppedBy } = await deleteAll(client, records(200));
    expect(deleted.size).toBe(10);
    expect(refused).toEqual([]);
    expect(stoppedBy).toBeDefined();
    expect(sent.length).toBeLessThanOrEqual(18);
  });
});
