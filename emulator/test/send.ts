import type { InProcessEmulator } from "../src/index";

/** Sends a request to the API; the body of the answer is what the tests look at. */
export async function sendTo(
  { respond }: Pick<InProcessEmulator, "respond">,
  method: string,
  path: string,
  body?: unknown,
) {
  const request = new Request(`http://openmeter.test/api/v1/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const response = await respond(request);
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}
