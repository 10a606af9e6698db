import { Customers } from "./customers";
import { createServer } from "./server";

async function main(): Promise<void> {
  const customers = await Customers.open("customers.json", process.env.STACK ?? "dev");
  const server = createServer(customers);
  // Takes no more requests, finishes those that it has, and ends. (Not `once`: Pulumi's child process library ends the
  // process and the engine at once when nobody else listens any more.)
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void server.close());
  const url = await server.listen({ port: Number(process.env.PORT ?? 3000) });
  console.log(`${customers.list().length} customers, listening on ${url}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
