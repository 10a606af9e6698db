import { pipeline, type Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { cut, quoted } from "../../printable";
import { OpenMeterError, unintelligible } from "../errors";

/** Compression is not asked for, but some proxies and load balancers compress all the same. */
const decoders = new Map<string, () => Transform>([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

/**
 * Reads the body of an answer to its end.
 *
 * @param coding the answer's `Content-Encoding`, if it has one
 * @param maxBytes bound of the text, after decompression
 * @throws {OpenMeterError} `oversized`; `unintelligible` when it is compressed in a way that nobody asked for
 */
export async function readBody(stream: Readable, coding: string | undefined, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of decoded(stream, coding)) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new OpenMeterError("oversized", `the answer is larger than ${Math.round(maxBytes / 1024)} KB`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function decoded(stream: Readable, coding = "identity"): AsyncIterable<Buffer> {
  const name = coding.trim().toLowerCase();
  if (name === "" || name === "identity") return stream;
  const decoder = decoders.get(name);
  if (decoder === undefined) {
    stream.on("error", () => {}).destroy();
    throw unintelligible(`the answer is compressed as ${cut(quoted(coding))}, which was not asked for`);
  }
  // An error of either stream ends both, and is thrown to the reader.
  return pipeline(stream, decoder(), () => {});
}
