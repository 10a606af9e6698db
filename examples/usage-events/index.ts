import { Customer, Subject } from "pulumi-openmeter";

// The usage of a customer is that of its key, and of its subject keys.
const acme = new Customer("acme", { key: "customer-42", name: "Acme Inc.", metadata: { plan: "team" } });
const globexRegions = { globexEu: "globex-eu", globexUs: "globex-us" };
new Customer("globex", { key: "customer-43", name: "Globex", subjectKeys: Object.values(globexRegions) });

// What nobody is billed for is a subject alone.
const host = new Subject("build-host", { key: "host-1", metadata: { kind: "host" } });

/** What the application writes as `subject` into usage events, by who or what causes them. */
export const subjects = { acme: acme.key, ...globexRegions, buildHost: host.key };
