const { OpenMeter } = require("@openmeter/sdk");
const { subjects } = require("../subjects");

/**
 * A plain script without Pulumi, which upserts everything in requests of so many subjects as its argument says, one after
 * the other. It knows nothing of the run before, so that it sends everything each time. Prints how many milliseconds the
 * requests took.
 */
async function main(chunkSize) {
  const openmeter = new OpenMeter({ baseUrl: process.env.OPENMETER_URL });
  const all = subjects();
  const started = performance.now();
  for (let start = 0; start < all.length; start += chunkSize) {
    await openmeter.subjects.upsert(all.slice(start, start + chunkSize));
  }
  console.log(performance.now() - started);
}

main(Number(process.argv[2] ?? Number.POSITIVE_INFINITY));
