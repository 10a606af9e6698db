import { Config, type Output } from "@pulumi/pulumi";
import { Customer, Subject } from "pulumi-openmeter";
import { accounts } from "./accounts";

/** The next one: pulumi config set step both, and later: pulumi config set step customers */
const step = new Config().get("step") ?? "subjects";
if (!["subjects", "both", "customers"].includes(step)) {
  throw new Error(`step is "${step}"; it must be "subjects", "both" or "customers"`);
}

/** What readers look customers up by: OpenMeter's identifier of each, once there are customers. */
export const customerIds: Record<string, Output<string>> = {};

for (const { key, name, metadata } of accounts) {
  // Name and metadata are declared once: by the subject, until there is a customer.
  const subject =
    step === "customers"
      ? undefined
      : new Subject(key, step === "subjects" ? { key, displayName: name, metadata } : { key });
  if (step !== "subjects") {
    const customer = new Customer(
      key,
      { key, subjectKeys: [key], name, metadata },
      // The subject first: it gives up its name and metadata before the customer gets them.
      { protect: true, ...(subject && { dependsOn: subject }) },
    );
    customerIds[key] = customer.customerId;
  }
}
