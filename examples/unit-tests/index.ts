import { Customer } from "./customers";

new Customer("acme", { name: "Acme Inc.", plan: "enterprise", tenantId: "tenant-1" });
new Customer("globex", { name: "Globex", plan: "free", tenantId: "tenant-2" });
