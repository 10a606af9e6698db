import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type CopiedExample, withExample } from "./copied-example";

/** The service, as `npm start` runs it, on a free port. */
class Service {
  printed = "";
  readonly ended: Promise<unknown[]>;
  readonly #child: ChildProcess;

  constructor({ folder, env }: CopiedExample) {
    const args = ["--import", "tsx", "index.ts"];
    this.#child = spawn(process.execPath, args, { cwd: folder, env: { ...env, PORT: "0" } });
    this.ended = once(this.#child, "close");
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.printed += chunk.toString();
      });
    }
  }

  /** Waits until it listens; answers with its address. */
  async url(): Promise<string> {
    const ended = this.ended.then(() => {
      throw new Error(`the service ended: ${this.printed}`);
    });
    const listening = /listening on (\S+)/;
    while (!listening.test(this.printed)) {
      await Promise.race([once(this.#child.stdout ?? this.#child, "data"), ended]);
    }
    ended.catch(() => {});
    return String(listening.exec(this.printed)?.[1]);
  }

  terminate(): void {
    this.#child.kill("SIGTERM");
  }

  /** Ends it for sure, and waits for that. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }
}

it("keeps OpenMeter as the customers come and go", async () => {
  await withExample("sign-up", async (example) => {
    const { subjects, faults } = example.emulator;
    const keys = () => subjects.list().map(({ key }) => key);
    const file = join(example.folder, "customers.json");
    const acme = { id: "acme", name: "Acme Inc.", stripeCustomerId: "cus_JMOlctsKV8" };
    await writeFile(file, JSON.stringify([acme, { id: "initech", name: "Initech" }]));

    const service = new Service(example);
    try {
      const url = await service.url();
      expect(subjects.get("acme")).toMatchObject({ displayName: "Acme Inc.", stripeCustomerId: "cus_JMOlctsKV8" });
      const signUp = (customer: unknown) =>
        fetch(`${url}/customers`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(customer),
        });
      const leave = (id: string) => fetch(`${url}/customers/${id}`, { method: "DELETE" });

      // What is wrong never reaches OpenMeter.
      expect((await signUp({ id: "acme", name: "Another" })).status).toBe(409);
      const refused = await signUp({ id: "Not an ID", name: "", email: "a@example.com" });
      expect(refused.status).toBe(400);
      expect(await refused.text()).toMatch(/email[\s\S]*lower-case letters[\s\S]*name/);
      expect((await leave("globex")).status).toBe(404);

      // Three at once, of which OpenMeter refuses one. Told to end meanwhile, the service finishes all of them.
      faults.add({ kind: "status", status: 400, match: { key: "unlucky" } });
      const deleting = new Promise<void>((started) => {
        faults.add({ kind: "call", before: () => started(), match: { method: "DELETE" } });
      });
      const answers = Promise.all([
        signUp({ id: "unlucky", name: "Unlucky" }),
        signUp({ id: "globex", name: "Globex" }),
        leave("acme"),
      ]);
      await Promise.race([deleting, answers]);
      service.terminate();
      expect((await answers).map(({ status }) => status)).toEqual([503, 201, 204]);
      expect(await service.ended).toEqual([0, null]);
      expect(keys().sort()).toEqual(["globex", "initech"]);
      expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject([{ id: "initech" }, { id: "globex" }]);
    } finally {
      await service.kill();
    }

    // With its list lost, it does not delete everybody.
    await rm(file);
    const second = new Service(example);
    expect(await second.ended).toEqual([1, null]);
    expect(second.printed).toContain("would lose 2 of 2");
    expect(keys().sort()).toEqual(["globex", "initech"]);
  });
});
