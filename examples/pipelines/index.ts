import { Subject } from "pulumi-openmeter";

new Subject("acme", { key: "customer-42", displayName: "Acme Inc.", metadata: { plan: "enterprise" } });
new Subject("globex", { key: "customer-43", displayName: "Globex", metadata: { plan: "free" } });
