/**
 * `npm start`: the whole story of the provider for somebody who sees it for the first time. Needs no account; runs the
 * program of examples/quickstart on an embedded emulator and a state of its own, both gone afterwards.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureEngine } from "../engine";
import { lacking } from "./machine";
import { PulumiProject } from "./project";
import { chooseServer, type Server } from "./server";

const hasColor = process.stdout.isTTY || process.env.FORCE_COLOR === "1";
const bold = (text: string): string => (hasColor ? `\u001b[1m${text}\u001b[0m` : text);
const announce = (text: string): void => console.log(`\n${bold(`▶ ${text}`)}`);

async function main(): Promise<void> {
  const missing = await lacking(tmpdir());
  if (missing.length > 0) throw new Error(missing.join("\n"));
  const engine = await ensureEngine({ say: console.log });
  const folder = await mkdtemp(join(tmpdir(), "pulumi-openmeter-quickstart-"));
  const server = await chooseServer(process.env);
  console.log(server.introduction);
  const project = new PulumiProject(engine, folder, server);
  const interrupted = new AbortController();
  const interrupt = (): void =>
    interrupted.abort(new Error("Interrupted; everything that the story made was removed."));
  // Ctrl-C reaches the engine by itself, which then ends in good order. It comes twice: from the terminal and from tsx.
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", () => {
    interrupt();
    project.interrupt();
  });
  try {
    await tell(project, server, interrupted.signal);
  } finally {
    // Whatever happened, nothing of the story stays behind.
    await server.removeLeftovers();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function tell(project: PulumiProject, server: Server, signal: AbortSignal): Promise<void> {
  const pulumi = async (...args: string[]): Promise<void> => {
    signal.throwIfAborted();
    console.log(`$ pulumi ${args.join(" ")}`);
    // An engine that was interrupted fails; the reason is the interruption.
    await project.run(args).finally(() => signal.throwIfAborted());
  };
  await project.create();

  announce("1/6 Create the customers and subjects that the program declares");
  await pulumi("up", "--yes", "--skip-preview");
  console.log(`\nOpenMeter now has (it adds a subject for each subject key):\n${await listed(server)}`);

  announce("2/6 Run it again: nothing to do");
  await pulumi("up", "--yes", "--skip-preview");

  announce("3/6 Somebody changes a customer behind Pulumi's back: Acme's name and plan");
  await server.change("acme", {
    name: "ACME (renamed in the dashboard)",
    metadata: { plan: "free", seats: "250" },
  });

  announce("4/6 A preview with refresh shows the drift, field by field");
  await pulumi("preview", "--refresh", "--diff");

  announce("5/6 Up repairs it");
  await pulumi("up", "--refresh", "--yes", "--skip-preview");

  announce("6/6 Destroy removes what the program declares; its usage would stay in OpenMeter");
  await pulumi("destroy", "--yes", "--skip-preview", "--remove");
  console.log(`\nOpenMeter keeps what it has added by itself. The story removes that now:\n${await listed(server)}`);

  announce("That was all of it. What to type next");
  console.log(
    [
      "  npm test                              all tests, on the real engine",
      "  npm run emulator                      a server to try things on by hand; README.md says how",
      "The program that you have just seen at work is examples/quickstart/index.ts; examples/README.md lists more.",
      "README.md says how to use the package in a project of your own.",
    ].join("\n"),
  );
}

async function listed(server: Server): Promise<string> {
  const lines = Object.entries(await server.keys()).map(
    ([kind, keys]) => `  ${kind}: ${keys.toSorted().join(", ") || "none"}`,
  );
  return lines.join("\n");
}

main().catch((error: unknown) => {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
