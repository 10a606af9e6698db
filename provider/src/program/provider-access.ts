/** What the program side itself knows of a `Provider`, for look-ups and for what it notes of resources. */
import type { OutputInstance } from "@pulumi/pulumi";
import type { ConfigurationResult } from "../openmeter/configuration";
import type { Account } from "../run/facts";

/** How a program gets to a provider's account by itself. */
export interface ProviderAccess {
  /** As messages name the provider: `Provider "eu"`. */
  readonly label: string;
  /** What its arguments came to, known when they are. Not marked as secret. */
  readonly configured: OutputInstance<ConfigurationResult>;
}

/** Where a provider has its `ProviderAccess`. Equal in all copies of this package. */
const accessSymbol = Symbol.for("pulumi-openmeter.provider-access");

export function giveAccess(provider: object, access: ProviderAccess): void {
  Object.defineProperty(provider, accessSymbol, { value: access });
}

/** How to get to the account of a provider of this package. `undefined` for any other value. */
export function accessOf(provider: unknown): ProviderAccess | undefined {
  const access: unknown =
    typeof provider === "object" && provider !== null ? Reflect.get(provider, accessSymbol) : undefined;
  // The constructor has put it there.
  return access === undefined ? undefined : (access as ProviderAccess);
}

/**
 * What the arguments of a provider came to. `undefined` where that will never be known: in a preview, or where what they come
 * from has failed. Leans on the internal field `isKnown` of Pulumi's outputs, since one that is not known never comes.
 */
export async function configurationOf({ configured }: ProviderAccess): Promise<ConfigurationResult | undefined> {
  if ((await Reflect.get(configured, "isKnown")) === false) {
    return undefined;
  }
  return new Promise((resolve) => void configured.apply(resolve));
}

/**
 * The address and key of a provider of this package, or that they will never be known. `undefined` for any other value: those of
 * the stack's configuration.
 */
export function credentialsOf(provider: unknown): Promise<Account | "unknown"> | undefined {
  const access = accessOf(provider);
  return access && configurationOf(access).then((found) => (found?.ok ? found.configuration : "unknown"));
}
