import { Tenant } from "./tenants";

new Tenant("acme", { name: "Acme Inc.", plan: "enterprise", tenantId: "tenant-1" });
new Tenant("globex", { name: "Globex", plan: "free", tenantId: "tenant-2" });
