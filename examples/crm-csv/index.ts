import { Config } from "@pulumi/pulumi";
import { CustomerSet } from "pulumi-openmeter";
import { readCustomers } from "./customers";

const file = new Config().get("file") ?? "customers.csv";

new CustomerSet(
  "customers",
  {
    customers: readCustomers(file),
    // An export that would remove more than a tenth of the customers fails in the preview. (The default is 20%.)
    maxDeletions: "10%",
  },
  // A deleted customer cannot be restored.
  { protect: true },
);
