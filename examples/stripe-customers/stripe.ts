import { RunError } from "@pulumi/pulumi";
import Stripe from "stripe";

/**
 * All customers of a Stripe account, page after page.
 *
 * @throws {RunError} when Stripe does not give all of them: a part must not be taken for the whole list
 */
export async function listCustomers(apiKey: string, url: string): Promise<Stripe.Customer[]> {
  const { protocol, hostname, port } = new URL(url);
  const stripe = new Stripe(apiKey, {
    protocol: protocol === "http:" ? "http" : "https",
    host: hostname,
    port,
    // Growing waits of up to 5 s, together about half a minute.
    maxNetworkRetries: 10,
    httpClient: Stripe.createFetchHttpClient(fetchRetryably),
  });
  const customers: Stripe.Customer[] = [];
  try {
    for await (const customer of stripe.customers.list({ limit: 100 })) {
      customers.push(customer);
    }
  } catch (error) {
    throw new RunError(`Stripe's customers cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  return customers;
}

/** Stripe's package repeats what an answer says may be repeated. Of too many requests (429), Stripe does not say it. */
async function fetchRetryably(...request: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...request);
  if (response.status !== 429) {
    return response;
  }
  const headers = new Headers(response.headers);
  headers.set("stripe-should-retry", "true");
  return new Response(response.body, { status: 429, headers });
}
