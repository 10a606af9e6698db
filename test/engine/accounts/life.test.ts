import type { ProviderArgs } from "pulumi-openmeter";
import { Subject } from "pulumi-openmeter";
import { describe, expect, it } from "vitest";
import { longIt } from "../../sample";
import { declares, set, urn } from "../promise/scene";
import { otherKeys, plan, sharedAccounts, untouched } from "./scene";

describe("resources of three accounts in one program", () => {
  const accounts = sharedAccounts();
  /** The same key in each account, and a set beside it in one. */
  const all = ({ eu = {}, us = {}, name = "Acme" }: { eu?: ProviderArgs; us?: ProviderArgs; name?: string } = {}) =>
    declares(() => {
      const { provider } = accounts();
      new Subject("home", { key: "acme", displayName: `${name} at home` });
      new Subject("eu", { key: "acme", displayName: `${name} of the EU` }, { provider: provider("eu", eu) });
      const options = { provider: provider("us", us) };
      new Subject("us", { key: "acme", displayName: `${name} of the US` }, options);
      set("s", ["k1", "k2"], options);
    });
  const named = () => Object.values(accounts().servers).map(({ subjects }) => subjects.get("acme")?.displayName);

  it("are created each in its own, also where they have the same key", async () => {
    const { stack, keys } = accounts();
    await stack.up(all(), { unsettledBecause: "the preview of the next test shows it" });
    expect(named()).toEqual(["Acme at home", "Acme of the EU", "Acme of the US"]);
    expect(keys()).toEqual({ home: ["acme"], eu: ["acme"], us: ["acme", "k1", "k2"] });
  });

  it("are told apart where somebody changes one of them, and repaired there alone", async () => {
    const { stack, servers, forget, writes } = accounts();
    servers.us.subjects.upsert({ key: "acme", displayName: "Changed" });
    expect(plan(await stack.preview(all(), { refresh: true }))).toEqual(["update us"]);
    forget();
    await stack.up(all(), { refresh: true, unsettledBecause: "the preview of the next test shows it" });
    expect(writes()).toEqual(["us POST acme"]);
    expect(named()).toEqual(["Acme at home", "Acme of the EU", "Acme of the US"]);
  });

  it("are no part of it when the key of an account is rotated: the preview shows an update of the provider alone", async () => {
    const { stack } = accounts();
    const rotated = all({ us: { apiKey: otherKeys.us } });
    expect(plan(await stack.preview(rotated))).toEqual(["update provider us"]);
    await untouched(accounts(), () => stack.up(rotated));
  });

  it("of the other accounts are done where the key of one is wrong, with --continue-on-error, and the next up does the rest", async () => {
    const { stack } = accounts();
    const message = await stack.failingUp(all({ us: { apiKey: "wrong" }, name: "Acme Inc." }), {
      continueOnError: true,
    });
    expect(message).toMatch(/answered 401 Unauthorized.*apiKey of Provider "us"/s);
    expect(named()).toEqual(["Acme Inc. at home", "Acme Inc. of the EU", "Acme of the US"]);
    await stack.up(all({ name: "Acme Inc." }), { unsettledBecause: "the preview of the next test shows it" });
    expect(named()).toEqual(["Acme Inc. at home", "Acme Inc. of the EU", "Acme Inc. of the US"]);
  });

  it("are not replaced when the address of their account changes", async () => {
    const { stack, servers } = accounts();
    const elsewhere = all({ us: { baseUrl: servers.us.url.replace("127.0.0.1", "localhost") }, name: "Acme Inc." });
    expect(plan(await stack.preview(elsewhere))).toEqual(["update provider us"]);
    await untouched(accounts(), () => stack.up(elsewhere));
  });

  longIt("of one account are updated alone with --target", async () => {
    const { stack, writes, forget } = accounts();
    forget();
    await stack.up(all({ name: "Targeted" }), {
      target: [urn("Subject", "eu")],
      unsettledBecause: "the other two are left out",
    });
    expect(writes()).toEqual(["eu POST acme"]);
    await stack.up(all({ name: "Targeted" }));
  });

  it("are all deleted by a destroy, each in its own account", async () => {
    const { stack, keys } = accounts();
    await stack.stack.destroy();
    expect(keys()).toEqual({});
  });
});
