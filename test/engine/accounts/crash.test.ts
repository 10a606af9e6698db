import type { Resource, ResourceOptions } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { kill, startedBy } from "../../crash/processes";
import { longIt } from "../../sample";
import { declares, set, subject } from "../promise/scene";
import { given, type Program } from "../stack";
import { type AccountName, type Accounts, sharedAccounts } from "./scene";

/** Runs `pulumi up` and kills the engine with all that it has started when this account is asked to delete a subject. */
async function cutAtDelete({ stack, servers }: Accounts, account: AccountName, program: Program): Promise<void> {
  const { faults } = servers[account];
  let isCut = false;
  faults.add({
    kind: "call",
    match: { method: "DELETE" },
    // Several are asked for at once.
    times: Number.POSITIVE_INFINITY,
    before: async () => {
      isCut = true;
      // Whatever this process has started is of this run.
      kill((await startedBy(process.pid)).filter(({ command }) => /pulumi/.test(command)).map(({ pid }) => pid));
      throw new Error("the client is gone before its request was carried out");
    },
  });
  await stack.failingUp(program);
  faults.clear();
  expect(isCut, "whether the run was cut").toBe(true);
  // As docs/crash-recovery.md says: the engine that was killed has left its lock.
  await stack.stack.cancel();
}

describe("a run that is killed between create and delete", () => {
  const accounts = sharedAccounts();

  it("of a move is brought to its end by the next up: nothing stays behind, and what is there stays", async () => {
    const { stack, records, keys, servers } = accounts();
    const at = (account: AccountName) =>
      declares(() => {
        const options = { provider: accounts().provider(account) };
        subject("acme", "acme", options);
        set("s", ["k1", "k2"], options);
      });
    await given(stack, at("eu"));
    await cutAtDelete(accounts(), "eu", at("us"));
    expect(keys()).toEqual({ eu: ["acme", "k1", "k2"], us: ["acme", "k1", "k2"] });
    const created = servers.us.subjects.list().map(({ id }) => id);
    await stack.up(at("us"));
    expect(keys()).toEqual({ us: ["acme", "k1", "k2"] });
    expect(Object.values(records())).toEqual(created);
    await stack.stack.destroy();
  });

  longIt(
    "of a rename that also gets another process of the same account keeps the subject, then and in the next up",
    async () => {
      const { stack, records } = accounts();
      const named = (name: string, gone?: (old: Resource) => void, options: ResourceOptions = {}) =>
        declares(() => {
          gone?.(subject(name, "acme", options));
        });
      // It is deleted before the old resource, which it depends on.
      await given(
        stack,
        named("old", (old) => subject("gone", "gone", { dependsOn: old })),
      );
      const { "home acme": id } = records();
      const renamed = declares(() => subject("new", "acme", { provider: accounts().provider("home") }));
      await cutAtDelete(accounts(), "home", renamed);
      expect(records()["home acme"]).toBe(id);
      expect(await stack.stateNames()).toContain("new");
      expect(await stack.stateNames()).toContain("old");
      await stack.up(renamed);
      expect(records()).toEqual({ "home acme": id });
    },
  );
});
