import type { Configuration } from "../../../provider/src/openmeter/configuration";
import { SubjectsClient } from "../../../provider/src/openmeter/subjects-client";
import type { Bounds, Transport } from "../../../provider/src/openmeter/transport";

/** A request as it would have left the machine. */
export interface SentRequest {
  readonly method: string;
  /** Path with query, exactly as spelled in the request line. */
  readonly path: string;
  readonly authorization: string | null;
  readonly body: unknown;
  /** What the client bounds the request by. */
  readonly bounds: Bounds;
}

export const configuration: Configuration = {
  baseUrl: "http://openmeter.test",
  apiKey: "om_secret_0123456789",
  requestTimeoutMs: 30_000,
  maxRetries: 6,
};

/** A client whose requests are answered by a function; the requests are remembered. */
export function clientAnsweredBy(
  answer: (request: SentRequest, index: number) => Response | Promise<Response>,
  settings: Configuration = configuration,
): { readonly client: SubjectsClient; readonly sent: SentRequest[] } {
  const sent: SentRequest[] = [];
  const transport: Transport = async (request, bounds = {}) => {
    const text = await request.text();
    const one: SentRequest = {
      method: request.method,
      path: request.url.slice(settings.baseUrl.length),
      authorization: request.headers.get("authorization"),
      body: text === "" ? undefined : JSON.parse(text),
      bounds,
    };
    sent.push(one);
    return answer(one, sent.length - 1);
  };
  return { client: new SubjectsClient(settings, transport), sent };
}

/** A JSON answer. */
export function json(value: unknown, status = 200): Response {
  return text(JSON.stringify(value), status, "application/json");
}

/** An error answer of OpenMeter. */
export function problem(status: number, detail: string, title = "Error"): Response {
  return text(JSON.stringify({ type: "about:blank", title, status, detail }), status, "application/problem+json");
}

/** An answer with any body. */
export function text(body: string, status: number, contentType: string): Response {
  return new Response(body, { status, headers: { "content-type": contentType } });
}

/** What OpenMeter says of a subject that it does not have. */
export function notFound(): Response {
  return problem(404, "subject not found", "Not Found");
}
