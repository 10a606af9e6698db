import { Config, RunError } from "@pulumi/pulumi";
import { CustomerSet, SubjectSet } from "pulumi-openmeter";
import { customersOf } from "./customers";
import { listCustomers } from "./stripe";
import { subjectsOf } from "./subjects";

// From the environment, not from the stack's configuration: a value made with a secret of the stack would be secret too,
// and previews would mask every customer. A restricted key that may read customers is enough.
const { STRIPE_API_KEY, STRIPE_URL } = process.env;
if (!STRIPE_API_KEY) {
  throw new RunError("set STRIPE_API_KEY: a key that may read customers");
}

/** What OpenMeter gets for each of Stripe's customers: pulumi config set kind subjects */
const kind = new Config().get("kind") ?? "customers";
if (kind !== "customers" && kind !== "subjects") {
  throw new RunError(`kind is "${kind}"; it must be "customers" or "subjects"`);
}

// STRIPE_URL is for a stand-in of Stripe, such as stripe-mock.
const customers = listCustomers(STRIPE_API_KEY, STRIPE_URL || "https://api.stripe.com");

if (kind === "customers") {
  // A deleted customer cannot be restored.
  new CustomerSet("customers", { customers: customers.then(customersOf) }, { protect: true });
} else {
  new SubjectSet("customers", { subjects: customers.then(subjectsOf) });
}
