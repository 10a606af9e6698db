import type { IncomingMessage } from "node:http";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Answer } from "./answer";
import { readCall } from "./call";
import { CONTROL_PREFIX, controlApi } from "./control";
import type { EventLog } from "./event-log";
import { type Exchange, wait } from "./exchange";
import type { Faults } from "./faults";
import type { RequestLog } from "./request-log";
import type { SubjectStore } from "./store";
import { type Outcome, strike } from "./strike";
import { answerCall } from "./subject-api";

/** What the HTTP server is put together from. */
export interface ServerParts {
  readonly subjects: SubjectStore;
  readonly events: EventLog;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly apiKey: string | undefined;
  readonly latencyMs: number;
  readonly log: (line: string) => void;
  readonly closing: AbortSignal;
}

/** So large a batch is accepted: the real server has no limit of its own. */
const BODY_LIMIT_BYTES = 1024 ** 3;

/** Go's limit for the head of a request; Node's would refuse keys that Go accepts. */
const HEAD_LIMIT_BYTES = 1024 ** 2;

/** The content types of requests as they came. */
const contentTypes = new WeakMap<IncomingMessage, string | undefined>();

/**
 * The HTTP side: the control API as ordinary routes, and everything else as calls to OpenMeter's API.
 *
 * Those never meet the framework's router, which would decode their paths in its own way: `rewriteUrl` sends them all to
 * `/`, and the handler works on the URL as it came.
 */
export function createServer(parts: ServerParts): FastifyInstance {
  const server = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    http: { maxHeaderSize: HEAD_LIMIT_BYTES },
    rewriteUrl: ({ url = "/" }) => (url.startsWith(CONTROL_PREFIX) ? url : "/"),
  });
  // Bodies arrive as bytes, whatever their content type, even one that is none: the API's own checks come later and answer in
  // its own way.
  server.addHook("onRequest", async ({ raw }) => {
    contentTypes.set(raw, raw.headers["content-type"]);
    raw.headers["content-type"] = "application/octet-stream";
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  server.register(controlApi, { prefix: CONTROL_PREFIX, parts });

  const handler = (request: FastifyRequest, reply: FastifyReply) => handleCall(request, reply, parts);
  server.all("/", handler);
  server.setNotFoundHandler(handler);
  return server;
}

async function handleCall(request: FastifyRequest, reply: FastifyReply, parts: ServerParts): Promise<FastifyReply> {
  const started = performance.now();
  const payload = Buffer.isBuffer(request.body) ? request.body : undefined;
  const headers = { ...request.headers, "content-type": contentTypes.get(request.raw) };
  const call = readCall(request.method, request.originalUrl, headers, payload);
  const record = parts.requests.begin(call);
  const exchange: Exchange = {
    call,
    apply: () => answerCall(call, parts.subjects, parts.events, parts.apiKey),
    takeOver: () => reply.hijack().raw,
    closing: parts.closing,
  };
  if (parts.latencyMs > 0) {
    await wait(parts.latencyMs, exchange);
  }
  const fault = parts.faults.take(call);
  const outcome: Outcome = fault === undefined ? { answer: exchange.apply() } : await strike(fault, exchange);
  record.status = "answer" in outcome ? outcome.answer.status : outcome.sent;
  const milliseconds = (performance.now() - started).toFixed(1);
  parts.log(
    `${call.method} ${call.path} ${record.status ?? "cut"} ${milliseconds} ms, ${parts.subjects.size} subjects`,
  );
  return "answer" in outcome ? send(outcome.answer, reply) : reply;
}

/** As bytes, or as nothing: to text the framework would add a charset, to no bytes a content type. */
function send({ status, headers, payload }: Answer, reply: FastifyReply): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .send(payload === "" ? undefined : Buffer.from(payload));
}
