import { Subject } from "pulumi-openmeter";

const acme = new Subject("acme", { key: "customer-42", displayName: "Acme Inc.", metadata: { plan: "team" } });
const globex = new Subject("globex", { key: "customer-43", displayName: "Globex", metadata: { plan: "free" } });

/** What the application writes as `subject` into the usage events of each customer. */
export const subjects = { acme: acme.key, globex: globex.key };
