import { describe, expect, it } from "vitest";
import { declares, keysUpTo, set, subject } from "../promise/scene";
import { given } from "../stack";
import { type AccountName, plan, sharedAccounts } from "./scene";

/** So many that the deletion guard would refuse to let them leave a set. */
const members = keysUpTo(15);

describe("a move", () => {
  const accounts = sharedAccounts();
  /** A subject and a set in one account, and of the others no provider. */
  const at = (account: AccountName, { names = ["acme", "s"], keys = members } = {}) =>
    declares(() => {
      const options = account === "home" ? {} : { provider: accounts().provider(account) };
      const [one = "", many = ""] = names;
      subject(one, "acme", options);
      set(many, keys, options);
    });
  const replacements = ["replace acme", "replace members of s", "replace s"];

  it("from the stack's configuration to a Provider is shown as a replacement, and carried out as one", async () => {
    const { stack, keys } = accounts();
    await given(stack, at("home"));
    const preview = await stack.preview(at("eu"));
    expect(plan(preview)).toEqual(["create provider eu", ...replacements]);
    expect(preview.text).toContain('subject "acme" moves to another account: it is created there, and deleted in');
    expect(preview.text).toContain(
      'set "s" moves to another account: all 15 are deleted in the account that it leaves',
    );
    await stack.up(at("eu"));
    expect(keys()).toEqual({ eu: ["acme", ...members].sort() });
  });

  it("to a Provider of another account is one too, also while the old Provider leaves the program and a subject the set", async () => {
    const { stack, keys } = accounts();
    const moved = at("us", { keys: members.slice(1) });
    expect(plan(await stack.preview(moved))).toEqual(
      ["create provider us", "delete provider eu", ...replacements].sort(),
    );
    await given(stack, moved);
    expect(keys()).toEqual({ us: ["acme", ...members.slice(1)].sort() });
  });

  it("with a rename without an alias creates there and deletes here", async () => {
    const { stack, keys } = accounts();
    const moved = at("eu", { names: ["globex", "t"] });
    expect(plan(await stack.preview(moved))).toEqual(
      [
        ["create provider eu", "delete provider us"],
        ["create globex", "create t", "create members of t"],
        ["delete acme", "delete s", "delete members of s"],
      ]
        .flat()
        .sort(),
    );
    await given(stack, moved);
    expect(keys()).toEqual({ eu: ["acme", ...members].sort() });
  });

  it("from a Provider to the stack's configuration is a replacement", async () => {
    const { stack, keys } = accounts();
    const moved = at("home", { names: ["globex", "t"] });
    expect(plan(await stack.preview(moved))).toEqual([
      "delete provider eu",
      "replace globex",
      "replace members of t",
      "replace t",
    ]);
    await stack.up(moved);
    expect(keys()).toEqual({ home: ["acme", ...members].sort() });
  });
});
