import { describe, expect, it } from "vitest";
import { declares, set, subject } from "../promise/scene";
import { given } from "../stack";
import { otherKeys, plan, sharedAccounts, untouched } from "./scene";

describe("another Provider of the same account sends no write and deletes nothing", () => {
  const accounts = sharedAccounts();
  /** A subject and a set in one account, by a Provider of this name; without one, by the stack's configuration. */
  const by = (name?: string, { apiKey, aliases }: { apiKey?: string; aliases?: { name: string }[] } = {}) =>
    declares(() => {
      const provider = () =>
        accounts().provider("home", apiKey === undefined ? {} : { apiKey }, name, aliases ? { aliases } : {});
      const options = name === undefined ? {} : { provider: provider() };
      subject("acme", "acme", options);
      set("s", ["k1", "k2"], options);
    });
  const updates = ["update acme", "update members of s", "update s"];

  it("where resources get one in place of the stack's configuration", async () => {
    const { stack } = accounts();
    await given(stack, by());
    expect(plan(await stack.preview(by("one")))).toEqual(["create provider one", ...updates]);
    await untouched(accounts(), () => stack.up(by("one")));
  });

  it("where it is renamed without an alias", async () => {
    const { stack } = accounts();
    expect(plan(await stack.preview(by("two")))).toEqual(["create provider two", "delete provider one", ...updates]);
    await untouched(accounts(), () => stack.up(by("two")));
  });

  it("where it is renamed with an alias", async () => {
    const { stack } = accounts();
    const renamed = by("three", { aliases: [{ name: "two" }] });
    expect(plan(await stack.preview(renamed))).toEqual([
      "update acme",
      "update members of s",
      "update provider three",
      "update s",
    ]);
    await untouched(accounts(), () => given(stack, renamed));
  });

  it("where it has another key of the account", async () => {
    const { stack } = accounts();
    await untouched(accounts(), () => given(stack, by("four", { apiKey: otherKeys.home })));
  });

  it("where resources go back to the stack's configuration", async () => {
    const { stack } = accounts();
    await untouched(accounts(), () => stack.up(by()));
  });

  it("where other resources declare the subjects by one whose key never becomes known, as what it comes from fails", async () => {
    const { stack, provider } = accounts();
    const program = declares(() => {
      const nowhere = provider("eu", { baseUrl: "http://127.0.0.1:1" });
      const { subjectId } = subject("failing", "x", { provider: nowhere });
      const other = { provider: provider("home", { apiKey: subjectId.apply(() => otherKeys.home) }, "five") };
      subject("acme-2", "acme", other);
      set("t", ["k1", "k2"], other);
    });
    await untouched(accounts(), () => stack.failingUp(program, { continueOnError: true }));
  });
});
