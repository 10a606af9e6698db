import type { FastifyPluginAsync } from "fastify";
import { parseBody } from "./control-body";
import { customersControl } from "./customers/control";
import { readFaults } from "./fault-schema";
import type { Parts } from "./handle";

/** Where the control API lives; everything else is OpenMeter's API. */
export const CONTROL_PREFIX = "/_emulator/";

interface ControlOptions {
  readonly parts: Pick<Parts, "subjects" | "customers" | "stripe" | "events" | "faults" | "requests">;
}

/**
 * The control API: what tests in other processes, and people, set and look at. It needs no API key and is not recorded among
 * the requests.
 */
export const controlApi: FastifyPluginAsync<ControlOptions> = async (server, { parts }) => {
  const { subjects, customers, events, faults, requests } = parts;

  server.get("health", async () => ({ status: "ok", subjects: subjects.size, customers: customers.size }));
  server.register(customersControl, { parts });

  server.post("faults", async (request, reply) => {
    const read = readFaults(parseBody(request.body));
    if ("wrong" in read) {
      return reply.code(400).send({ error: read.wrong });
    }
    faults.add(...read.faults);
    return reply.code(201).send({ pending: faults.pending().length });
  });
  server.delete("faults", async (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });

  server.get("requests", async () => requests.list());
  server.delete("requests", async (_request, reply) => {
    requests.clear();
    return reply.code(204).send();
  });

  server.get("subjects", async () => subjects.all());
  server.delete("subjects", async (_request, reply) => {
    subjects.clear();
    return reply.code(204).send();
  });

  server.get("events", async () => events.list());
  server.delete("events", async (_request, reply) => {
    events.clear();
    return reply.code(204).send();
  });

  server.setNotFoundHandler(async (request, reply) => {
    return reply.code(404).send({ error: `no ${request.method} ${request.url} in the control API` });
  });
};
