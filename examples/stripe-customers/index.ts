import { RunError } from "@pulumi/pulumi";
import { SubjectSet } from "pulumi-openmeter";
import { listCustomers } from "./stripe";
import { subjectsOf } from "./subjects";

// From the environment, not from the stack's configuration: a value made with a secret of the stack would be secret too,
// and previews would mask every customer. A restricted key that may read customers is enough.
const { STRIPE_API_KEY, STRIPE_URL } = process.env;
if (!STRIPE_API_KEY) {
  throw new RunError("set STRIPE_API_KEY: a key that may read customers");
}

// STRIPE_URL is for a stand-in of Stripe, such as stripe-mock.
const customers = listCustomers(STRIPE_API_KEY, STRIPE_URL || "https://api.stripe.com");

new SubjectSet("customers", { subjects: customers.then(subjectsOf) });
