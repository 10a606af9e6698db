import { type ResourceOptions, secret } from "@pulumi/pulumi";
import { type Emulator, startEmulator } from "openmeter-emulator";
import { Provider, type ProviderArgs } from "pulumi-openmeter";
import { afterAll, beforeAll, expect } from "vitest";
import { writesOf } from "../promise/scene";
import { openStack, type Preview, type TestStack } from "../stack";

/** A key of each account, which nothing may show. */
export const apiKeys = { home: "om-home-never-to-be-seen", eu: "om-eu-never-to-be-seen", us: "om-us-never-to-be-seen" };
/** The second key of each account. */
export const otherKeys = {
  home: "om-home-2-never-to-be-seen",
  eu: "om-eu-2-never-to-be-seen",
  us: "om-us-2-never-to-be-seen",
};
export type AccountName = keyof typeof apiKeys;

/** One stack and the servers of three accounts, each with keys of its own. The stack's configuration is that of `home`. */
export interface Accounts {
  readonly stack: TestStack;
  readonly servers: Readonly<Record<AccountName, Emulator>>;
  /** A `Provider` of an account. Every argument may be another one. */
  provider(account: AccountName, args?: ProviderArgs, name?: string, options?: ResourceOptions): Provider;
  /** The keys that each account has. */
  keys(): Partial<Record<AccountName, string[]>>;
  /** The id of each record, by account and key. */
  records(): Record<string, string>;
  /** The requests since `forget` that wrote or deleted, as `us POST k1`. */
  writes(): string[];
  forget(): void;
}

/** Opens a stack and its servers for all tests of a `describe`, which go on with what those before them have left. */
export function sharedAccounts(): () => Accounts {
  let accounts: Accounts | undefined;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const { stack, close } = await openStack({ apiKey: keysOf("home") });
    closing.push(close);
    const [eu, us] = [await startEmulator({ apiKey: keysOf("eu") }), await startEmulator({ apiKey: keysOf("us") })];
    closing.push(eu.close, us.close);
    await stack.stack.setConfig("openmeter:apiKey", { value: apiKeys.home, secret: true });
    accounts = accountsOf(stack, { home: stack.emulator, eu, us });
  });
  afterAll(async () => {
    await Promise.all(closing.map((close) => close()));
  });
  return () => {
    if (accounts === undefined) {
      throw new Error("the stack is not open yet");
    }
    return accounts;
  };
}

function keysOf(account: AccountName): readonly string[] {
  return [apiKeys[account], otherKeys[account]];
}

function accountsOf(stack: TestStack, servers: Accounts["servers"]): Accounts {
  const all = Object.entries(servers) as [AccountName, Emulator][];
  return {
    stack,
    servers,
    provider: (account, args = {}, name = account, options = {}) =>
      new Provider(
        name,
        { baseUrl: servers[account].url, apiKey: secret(apiKeys[account]), maxRetries: 0, ...args },
        options,
      ),
    keys: () =>
      Object.fromEntries(
        all.flatMap(([name, { subjects }]) =>
          subjects.size === 0
            ? []
            : [
                [
                  name,
                  subjects
                    .list()
                    .map(({ key }) => key)
                    .sort(),
                ],
              ],
        ),
      ),
    records: () =>
      Object.fromEntries(
        all.flatMap(([name, { subjects }]) => subjects.list().map(({ key, id }) => [`${name} ${key}`, id])),
      ),
    writes: () =>
      all.flatMap(([name, emulator]) => writesOf({ emulator }).map(([method, key]) => `${name} ${method} ${key}`)),
    forget: () => {
      for (const [, { requests }] of all) {
        requests.clear();
      }
    },
  };
}

/** What a preview shows, as lines such as `create-replacement acme`. The steps of a replacement have one line. */
export function plan({ providers, steps, companions }: Preview): string[] {
  const lines = [
    ...providers.map(({ op, name }) => `${op} provider ${name}`),
    ...steps.map(({ op, name }) => `${op} ${name}`),
    ...companions.map(({ op, name }) => `${op} members of ${name}`),
  ];
  return lines.filter((line) => !/^(create-replacement|delete-replaced) /.test(line)).sort();
}

/** Carries out a step that is to write and delete nothing, and to leave every record as it is. */
export async function untouched({ records, writes, forget }: Accounts, step: () => Promise<unknown>): Promise<void> {
  const before = records();
  forget();
  await step();
  expect(writes()).toEqual([]);
  expect(records()).toEqual(before);
}
