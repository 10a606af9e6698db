import { describe, expect, it } from "vitest";
import { forHost, maxPartialBytes, type Properties } from "../../../provider/src/dynamic/host";
import { PartialFailure, SubjectFailure } from "../../../provider/src/provider/failure";
import { failureOf } from "../provider/started-lifecycle";

/** How the host gets a partial failure whose outputs can be written in these ways. */
async function handedOver(...written: readonly Properties[]): Promise<SubjectFailure> {
  const failure = new PartialFailure("kept", "id", "outputs", "not kept, because of this and that", ["this", "that"]);
  const writers = written.map((properties) => (outputs: string) => {
    expect(outputs).toBe("outputs");
    return properties;
  });
  return failureOf(forHost({ __provider: "code", other: 1 }, writers, () => Promise.reject(failure)));
}

const small = { text: "x" };
const large = { text: "x".repeat(maxPartialBytes) };

describe("a partial failure", () => {
  it("carries its outputs and what the host finds the provider by", async () => {
    expect(await handedOver(small, large)).toMatchObject({
      id: "id",
      reasons: ["this", "that"],
      properties: { text: "x", __provider: "code" },
    });
  });

  it("carries them in the first way that is small enough", async () => {
    expect(await handedOver(large, small)).toMatchObject({ id: "id", properties: { text: "x", __provider: "code" } });
  });

  it("is a plain one with all that there is to say when no way is, since the host takes one with an id for partial", async () => {
    const failure = await handedOver(large, large);
    expect(failure).toBeInstanceOf(SubjectFailure);
    expect(failure.message).toBe("not kept, because of this and that");
    for (const property of ["id", "properties", "reasons"]) expect(failure).not.toHaveProperty(property);
  });

  it.each<[string, unknown]>([
    ["a text in bytes, not in characters", "ü".repeat(maxPartialBytes / 2)],
    ["a secret", { signature: "secret", value: "x".repeat(maxPartialBytes) }],
    ["the numbers of a list, which take more in a message than in JSON", Array(maxPartialBytes / 8).fill(1)],
    ["names", { ["x".repeat(maxPartialBytes)]: null }],
  ])("counts %s", async (_what, value) => {
    expect((await handedOver({ value })).message).toMatch(/^not kept/);
  });
});
