import type { IncomingMessage } from "node:http";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Answer } from "./answer";
import { readCall } from "./call";
import { CONTROL_PREFIX, controlApi } from "./control";
import { handle, type Parts } from "./handle";
import { sendOddly } from "./send";

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
export function createServer(parts: Parts): FastifyInstance {
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

async function handleCall(request: FastifyRequest, reply: FastifyReply, parts: Parts): Promise<FastifyReply> {
  const payload = Buffer.isBuffer(request.body) ? request.body : undefined;
  const headers = { ...request.headers, "content-type": contentTypes.get(request.raw) };
  const { delivery, ended } = await handle(readCall(request.method, request.originalUrl, headers, payload), parts);
  if (delivery.how === "whole") {
    ended(delivery.answer.status);
    return send(delivery.answer, reply);
  }
  ended(await sendOddly(delivery, reply.hijack().raw, parts.closing));
  return reply;
}

/** As bytes, or as nothing: to text the framework would add a charset, to no bytes a content type. */
function send({ status, headers, payload }: Answer, reply: FastifyReply): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .send(payload === "" ? undefined : Buffer.from(payload));
}
