import { once } from "node:events";
import { createServer } from "node:http";
import type { StripeCustomer } from "../../examples/stripe-customers/customers";

/** A server that lists customers as Stripe does. */
export interface StripeStandIn {
  readonly url: string;
  /** Changed by tests. */
  customers: readonly StripeCustomer[];
  /** The page, from 1 on, that is refused with a 429 the next time it is asked for. Changed by tests. */
  busyPage: number | undefined;
  /** How many pages have been given out. */
  readonly pages: () => number;
  close(): Promise<void>;
}

/**
 * Starts a stand-in of `GET /v1/customers`, with Stripe's paging by `limit` and `starting_after`. Stripe's own stripe-mock
 * always has the same single customer, on one page.
 */
export async function startStripe(apiKey: string): Promise<StripeStandIn> {
  let pages = 0;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://stripe");
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.headers.authorization !== `Bearer ${apiKey}`) {
      answer(401, { error: { type: "invalid_request_error", message: "Invalid API Key provided" } });
    } else if (pathname !== "/v1/customers") {
      answer(404, { error: { type: "invalid_request_error", message: `Unrecognized request URL (${pathname})` } });
    } else if (standIn.busyPage === pages + 1) {
      standIn.busyPage = undefined;
      answer(429, {
        error: { type: "invalid_request_error", code: "rate_limit", message: "Request rate limit exceeded" },
      });
    } else {
      pages += 1;
      answer(200, page(standIn.customers, searchParams));
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const standIn: StripeStandIn = {
    url: `http://127.0.0.1:${port}`,
    customers: [],
    busyPage: undefined,
    pages: () => pages,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return standIn;
}

function page(customers: readonly StripeCustomer[], query: URLSearchParams): unknown {
  const limit = Number(query.get("limit") ?? 10);
  const after = query.get("starting_after");
  const start = after === null ? 0 : customers.findIndex(({ id }) => id === after) + 1;
  return {
    object: "list",
    url: "/v1/customers",
    has_more: start + limit < customers.length,
    data: customers.slice(start, start + limit).map((customer) => ({ object: "customer", ...customer })),
  };
}
