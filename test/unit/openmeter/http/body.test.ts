import { Readable } from "node:stream";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readBody } from "../../../../provider/src/openmeter/http/body";

const text = '"ünï 😀"';
const read = (bytes: Iterable<Buffer>, coding?: string, maxBytes = 1_000) =>
  readBody(Readable.from(bytes), coding, maxBytes);

describe("the body of an answer", () => {
  it.each<[string | undefined, (body: Buffer) => Buffer]>([
    [undefined, (body) => body],
    ["identity", (body) => body],
    ["", (body) => body],
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    [" GZIP", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("is read in the coding %s, in however many pieces it arrives", async (coding, compress) => {
    const pieces = [...compress(Buffer.from(text))].map((byte) => Buffer.of(byte));
    expect(await read(pieces, coding)).toBe(text);
  });

  it("is refused in a compression that is not known", async () => {
    await expect(read([Buffer.from("?")], "snappy")).rejects.toMatchObject({
      kind: "unintelligible",
      message: 'the answer is compressed as "snappy", which was not asked for',
    });
  });

  it("fails where its compression is torn, so that it is asked for again", async () => {
    await expect(read([gzipSync("[]").subarray(0, 12)], "gzip")).rejects.toThrow();
  });

  it.each([undefined, "gzip"])("is given up when its text is too large, in the coding %s", async (coding) => {
    const body = Buffer.from("x".repeat(100_000));
    const sent = coding === undefined ? body : gzipSync(body);
    expect(await read([sent], coding, 100_000)).toHaveLength(100_000);
    await expect(read([sent], coding, 99_999)).rejects.toMatchObject({
      kind: "oversized",
      message: "the answer is larger than 98 KB",
    });
  });
});
