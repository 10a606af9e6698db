const { OpenMeter } = require("@openmeter/sdk");
const { customers } = require("../customers");

/** A plain script without Pulumi, which creates one customer after the other. Prints how many milliseconds the requests took. */
async function main() {
  const openmeter = new OpenMeter({ baseUrl: process.env.OPENMETER_URL });
  const started = performance.now();
  for (const { subjectKeys, ...customer } of customers()) {
    await openmeter.customers.create({ ...customer, usageAttribution: { subjectKeys } });
  }
  console.log(performance.now() - started);
}

main();
