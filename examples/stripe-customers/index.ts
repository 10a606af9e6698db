import { SubjectSet, type SubjectSetMember } from "pulumi-openmeter";
import Stripe from "stripe";

// From the environment, not from the stack's configuration: a value made with a secret of the stack would be secret too,
// and previews would mask every customer. A restricted key that may read customers is enough.
const apiKey = process.env.STRIPE_API_KEY;
if (apiKey === undefined || apiKey === "") throw new Error("set STRIPE_API_KEY: a key that may read customers");

// STRIPE_URL is for a stand-in of Stripe, such as stripe-mock.
const { protocol, hostname, port } = new URL(process.env.STRIPE_URL ?? "https://api.stripe.com");
const stripe = new Stripe(apiKey, { protocol: protocol === "http:" ? "http" : "https", host: hostname, port });

async function stripeCustomers(): Promise<SubjectSetMember[]> {
  const subjects: SubjectSetMember[] = [];
  // Fetches page after page, as far as there are any.
  for await (const customer of stripe.customers.list({ limit: 100 })) subjects.push(subjectOf(customer));
  return subjects;
}

function subjectOf({ id, name, metadata }: Stripe.Customer): SubjectSetMember {
  return {
    // What usage events carry as their subject: your own account ID where Stripe's metadata has it, else Stripe's ID.
    key: metadata.account_id ?? id,
    stripeCustomerId: id,
    // Names, but no e-mail addresses: OpenMeter needs none.
    displayName: name ?? undefined,
  };
}

new SubjectSet("customers", { subjects: stripeCustomers() });
