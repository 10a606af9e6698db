/** The JSON of a request to the control API. What is none comes out as undefined, which nothing there takes. */
export function parseBody(body: unknown): unknown {
  try {
    return Buffer.isBuffer(body) ? JSON.parse(body.toString("utf8")) : undefined;
  } catch {
    return undefined;
  }
}
