import type { FastifyPluginAsync } from "fastify";
import { z } from "zod";
import { parseBody } from "../control-body";
import type { Parts } from "../handle";
import { Refusal } from "../refusal";
import type { Customers } from "./customers";
import type { ObligationKind } from "./obligations";

const KINDS = ["subscription", "invoice", "entitlement"] as const satisfies readonly ObligationKind[];

const obligation = z.strictObject({
  /** An id or a key. */
  customer: z.string(),
  kind: z.enum(KINDS),
});

const settlement = z.strictObject({ customer: z.string(), kind: z.enum(KINDS).exactOptional() });

const burnt = z.strictObject({ customer: z.string(), subjectKey: z.string() });

const stripeSettings = z.strictObject({
  installed: z.boolean().exactOptional(),
  inProfile: z.boolean().exactOptional(),
  customers: z.array(z.string()).nullable().exactOptional(),
});

/** The part of the control API that is about customers: what the emulator has no API of OpenMeter's for. */
export const customersControl: FastifyPluginAsync<{
  readonly parts: Pick<Parts, "customers" | "stripe">;
}> = async (server, { parts: { customers, stripe } }) => {
  server.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof z.ZodError) {
      return reply.code(400).send({ error: z.prettifyError(error) });
    }
    if (error instanceof Refusal) {
      return reply.code(error.status).send({ error: error.message });
    }
    throw error;
  });

  server.get("customers", async () => customers.all());
  server.delete("customers", async (_request, reply) => {
    customers.clear();
    return reply.code(204).send();
  });
  server.get<{ Querystring: { readonly subject?: string } }>("attribution", async ({ query }) =>
    customers.attributedTo(query.subject ?? ""),
  );

  server.post("obligations", async ({ body }, reply) => {
    const { customer, kind } = obligation.parse(parseBody(body));
    return reply.code(201).send({ id: oblige(customers, customer, kind) });
  });
  server.delete("obligations", async ({ body }, reply) => {
    const { customer, kind } = settlement.parse(parseBody(body));
    customers.settle(customer, kind);
    return reply.code(204).send();
  });

  server.post("burnt", async ({ body }, reply) => {
    const { customer, subjectKey } = burnt.parse(parseBody(body));
    customers.burn(customer, subjectKey);
    return reply.code(204).send();
  });

  server.get("stripe", async () => stripe.state());
  server.put("stripe", async ({ body }) => {
    const { installed = true, inProfile = true, customers: known } = stripeSettings.parse(parseBody(body));
    if (installed) {
      stripe.install({ inProfile });
    } else {
      stripe.uninstall();
    }
    stripe.setCustomers(known ?? undefined);
    return stripe.state();
  });
};

function oblige(customers: Customers, idOrKey: string, kind: ObligationKind): string {
  switch (kind) {
    case "subscription":
      return customers.subscribe(idOrKey);
    case "invoice":
      return customers.invoice(idOrKey);
    case "entitlement":
      return customers.entitle(idOrKey);
  }
}
