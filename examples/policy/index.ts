import { Subject, SubjectSet } from "pulumi-openmeter";

new Subject("acme", {
  key: "customer-acme",
  displayName: "Acme Inc.",
  stripeCustomerId: "cus_JMOlctsKV8",
  metadata: { plan: "enterprise", contact: { team: "purchasing" } },
});

new SubjectSet("self-service", {
  subjects: [
    { key: "customer-globex", stripeCustomerId: "cus_QXg1o8vcGm", metadata: { plan: "free" } },
    { key: "customer-initech", stripeCustomerId: "cus_QXg1o9a2Lk", metadata: { plan: "team" } },
  ],
});

// No customer, so it needs no Stripe ID.
new Subject("build-host", { key: "host-1", metadata: { cores: 8 } });
