import { Config, interpolate } from "@pulumi/pulumi";
import { Customer, Subject } from "pulumi-openmeter";

// Every key of this example starts with this, so that it can't touch anything else in an account.
const prefix = new Config().get("keyPrefix") ?? "quickstart-";

// Customers: whom you bill. Their usage is that of the events whose subject is their key or one of their subject keys.
const acme = new Customer("acme", {
  key: `${prefix}acme`,
  name: "Acme Inc.",
  subjectKeys: [`${prefix}acme-eu`, `${prefix}acme-us`],
  primaryEmail: "billing@acme.example",
  currency: "EUR",
  metadata: { plan: "enterprise", seats: "250" },
});

// Only the key and the name are declared: what a CRM writes into this one's other fields is left alone.
const globex = new Customer("globex", {
  key: `${prefix}globex`,
  name: "Globex",
});

// Subjects: whatever else consumes what you meter. The key is what usage events carry as their subject.
const host = new Subject("build-host", {
  key: `${prefix}host-1`,
  metadata: { kind: "host", cores: 8 },
});

// A key may come from another resource: here from an ID that is known only once the host has been created.
const service = new Subject("build-service", {
  key: interpolate`${prefix}service-on-${host.subjectId}`,
  displayName: "Builds",
  metadata: { kind: "service", runsOn: host.key },
});

export const customers = [acme.key, globex.key];
export const serviceKey = service.key;
