import { secret } from "@pulumi/pulumi";
import { Customer, CustomerSet, Subject, SubjectSet } from "pulumi-openmeter";
import type { Program } from "../stack";

/**
 * The program that wrote the states of all releases. A release under which the preview of an old state is not empty would show
 * a difference to everybody who upgrades. Resources may be added, with a state recorded anew; none may be changed.
 */
export const program: Program = {
  run: async () => {
    new Subject("whole", {
      key: "customer-42",
      displayName: "Acme Inc.",
      stripeCustomerId: "cus_JMOlctsKV8",
      metadata: { plan: "enterprise", seats: 250, ratio: 0.1, regions: ["eu", { name: "us" }], none: {} },
    });
    new Subject("bare", { key: "host/1 ü" });
    new Subject("careful", { key: "service-1", displayName: "", onExisting: "fail" });
    new Subject("shared", { key: "host-2", metadata: { zone: "eu" }, undeclaredMetadata: "keep" });
    new Subject("secret", { key: "device-1", metadata: { token: secret("hunter2") } });
    new SubjectSet("customers", {
      subjects: [
        { key: "b", displayName: "B", metadata: { z: 1, a: [null] } },
        { key: "a" },
        { key: "__proto__", stripeCustomerId: "cus_1" },
      ],
      maxDeletions: 2,
    });
    new SubjectSet("secrets", { subjects: [{ key: "s", metadata: { token: secret("hunter3") } }] });
    new Customer("whole-customer", {
      key: "acme",
      name: "Acme Inc.",
      description: "since 2019",
      subjectKeys: ["acme-us", "acme-eu"],
      primaryEmail: "billing@acme.example",
      currency: "EUR",
      billingAddress: { line1: "Unter den Linden 1", city: "Berlin", postalCode: "10117", country: "DE" },
      metadata: { plan: "enterprise" },
      stripeCustomerId: "cus_Acme",
    });
    new Customer("bare-customer", { key: "globex" });
    new Customer("shared-customer", {
      key: "initech",
      subjectKeys: [],
      metadata: { zone: "eu" },
      undeclaredMetadata: "keep",
      onExisting: "fail",
    });
    new Customer("secret-customer", { key: "hooli", metadata: { token: secret("hunter4") } });
    new CustomerSet("billed", {
      customers: [
        { key: "c", name: "C", subjectKeys: ["c-2", "c-1"], metadata: { plan: "free" } },
        { key: "constructor" },
      ],
      maxDeletions: 2,
    });
    return undefined;
  },
  holds: {
    "customer-42": { displayName: "Acme Inc." },
    "device-1": { metadata: { token: "hunter2" } },
    b: { displayName: "B", metadata: { z: 1, a: [null] } },
    s: { metadata: { token: "hunter3" } },
  },
};
