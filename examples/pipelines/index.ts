import { Customer } from "pulumi-openmeter";

// A deleted customer cannot be restored.
const options = { protect: true };

new Customer("acme", { key: "customer-42", name: "Acme Inc.", metadata: { plan: "enterprise" } }, options);
new Customer("globex", { key: "customer-43", name: "Globex", metadata: { plan: "free" } }, options);
