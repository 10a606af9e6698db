import { Config } from "@pulumi/pulumi";
import { Machine } from "./machine";
import { Service } from "./service";

const image = new Config().get("image") ?? "2026-01";

const a = new Machine("a", { image });
const b = new Machine("b", { image });
const c = new Machine("c", { image });

// The IDs are outputs: in the first preview nobody knows them yet.
const search = new Service("search", {
  displayName: "Search",
  team: "discovery",
  instanceIds: [a.instanceId, b.instanceId],
});
const billing = new Service("billing", { displayName: "Billing", team: "finance", instanceIds: [c.instanceId] });

export const hosts = [...search.hosts, ...billing.hosts].map(({ key }) => key);
