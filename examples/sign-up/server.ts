import Fastify, { type FastifyInstance } from "fastify";
import { z } from "zod";
import { type Customers, customerSchema } from "./customers";

/** The HTTP side: who signs up, who leaves, who is there. */
export function createServer(customers: Customers): FastifyInstance {
  // A connection that waits for another request keeps the server from ending, by default for more than a minute.
  const server = Fastify({ keepAliveTimeout: 1_000 });

  server.get("/customers", async () => customers.list());

  server.post("/customers", async (request, reply) => {
    const { data, error } = customerSchema.safeParse(request.body);
    if (data === undefined) return reply.code(400).send({ error: z.prettifyError(error) });
    if (await customers.add(data)) return reply.code(201).send(data);
    return reply.code(409).send({ error: `there is a customer ${data.id} already` });
  });

  server.delete<{ Params: { id: string } }>("/customers/:id", async (request, reply) => {
    const { id } = request.params;
    if (await customers.remove(id)) return reply.code(204).send();
    return reply.code(404).send({ error: `there is no customer ${id}` });
  });

  server.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) => {
    const { statusCode, message } = error;
    if (statusCode !== undefined && statusCode < 500) return reply.code(statusCode).send({ error: message });
    // What Pulumi printed is for the log; the visitor may try again.
    console.error(message);
    return reply.code(503).header("retry-after", "10").send({ error: "OpenMeter could not be updated; try again" });
  });

  return server;
}
