/**
 * Plays the application: sends a usage event for each subject, as it would for each request that it serves.
 *
 *     npm run usage -- [stack]
 */
import { OpenMeter } from "@openmeter/sdk";
import { LocalWorkspace } from "@pulumi/pulumi/automation";

async function main([stackName = "dev"]: readonly string[]): Promise<void> {
  // What the provider takes from the environment, too.
  const baseUrl = process.env.OPENMETER_URL || "https://openmeter.cloud";
  const apiKey = process.env.OPENMETER_API_KEY || process.env.OPENMETER_TOKEN;
  const { events } = new OpenMeter({ baseUrl, ...(apiKey && { apiKey }) });

  for (const [name, subject] of Object.entries(await subjectsOf(stackName))) {
    // An event counts once for each source and id: with the ID of the request that it meters, sending it again is safe.
    const requestId = crypto.randomUUID();
    await events.ingest({
      id: requestId,
      source: "example-api",
      type: "request",
      // Here key and event meet: OpenMeter counts this for the customer or subject that has this key.
      subject,
      data: { route: "/search", durationMs: 120 },
    });
    console.log(`${name}: a request, as subject ${subject}`);
  }
}

/** The keys that the stack has given out. A real application would have got them as its configuration. */
async function subjectsOf(stackName: string): Promise<Record<string, string>> {
  const stack = await LocalWorkspace.selectStack({ stackName, workDir: __dirname });
  const { subjects } = await stack.outputs();
  if (subjects === undefined) throw new Error(`the stack ${stackName} has no subjects yet: run pulumi up`);
  return subjects.value;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
