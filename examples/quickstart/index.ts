import { Config, interpolate } from "@pulumi/pulumi";
import { Subject } from "pulumi-openmeter";

// Every key of this example starts with this, so that it can't touch anything else in an account.
const prefix = new Config().get("keyPrefix") ?? "quickstart-";

// Subjects: the key is what your usage events carry as their subject.
const acme = new Subject("acme", {
  key: `${prefix}acme`,
  displayName: "Acme Inc.",
  stripeCustomerId: "cus_QuickstartAcme",
  metadata: { plan: "enterprise", seats: 250, regions: ["eu", "us"] },
});

// Only the key and the name are declared: what a CRM writes into this one's metadata is left alone.
const globex = new Subject("globex", {
  key: `${prefix}globex`,
  displayName: "Globex",
});

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
