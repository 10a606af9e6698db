import { Customer, CustomerSet, Subject, SubjectSet } from "pulumi-openmeter";

new Customer("acme", {
  key: "customer-acme",
  name: "Acme Inc.",
  stripeCustomerId: "cus_JMOlctsKV8",
  metadata: { plan: "enterprise", team: "purchasing" },
});

new CustomerSet("self-service", {
  customers: [
    { key: "customer-globex", stripeCustomerId: "cus_QXg1o8vcGm", metadata: { plan: "free" } },
    { key: "customer-initech", stripeCustomerId: "cus_QXg1o9a2Lk", metadata: { plan: "team" } },
  ],
});

// No customers, so they need no Stripe ID.
new Subject("build-host", { key: "host-1", metadata: { cores: 8, owner: { team: "builds" } } });
new SubjectSet("test-hosts", { subjects: [{ key: "host-2", metadata: { cores: 4 } }] });
