/**
 * Keys that two resources claim in one account by different providers. Those of one provider are found by its process, which
 * knows nothing of the others.
 */
import { runtime } from "@pulumi/pulumi";
import { attributedSpace, type KeysBySpace } from "../core/claims";
import type { Kind } from "../core/kind";
import { readConfiguration } from "../openmeter/configuration";
import { quoted } from "../printable";
import type { Account } from "../run/facts";
import { refuseLines } from "./inputs";
import type { ProviderAccess } from "./provider-access";

/** What a resource declares. */
interface Claim {
  /** As messages name it: `Subject "acme"`. */
  readonly resource: string;
  readonly kind: Kind;
  readonly keys: KeysBySpace;
  readonly areSecret: boolean;
}

/** What the resources of one provider declare, and where, as far as the program knows. */
interface Claims {
  readonly account: Account | undefined;
  readonly made: Claim[];
}

/** By run, and by provider; those of the stack's configuration stand under `undefined`. */
const runs = new WeakMap<object, Map<ProviderAccess | undefined, Claims>>();

/**
 * Notes what a resource declares.
 *
 * @param account that of its provider; `undefined` for that of the stack's configuration
 * @throws {RunError} where a resource of another provider declares one of its keys in the same account
 */
export function claim(
  run: object,
  access: ProviderAccess | undefined,
  account: Account | undefined,
  made: Claim,
): void {
  const all = runs.get(run) ?? new Map<ProviderAccess | undefined, Claims>();
  runs.set(run, all);
  const own = all.get(access) ?? { account: account ?? accountOfStack(), made: [] };
  all.set(access, own);
  own.made.push(made);
  const others = [...all.values()].filter((other) => other !== own && isSame(other.account, own.account));
  const problems = others.flatMap(({ made: theirs }) => theirs.flatMap((their) => conflicts(made, their)));
  // What a resource claims may be made known in parts, with one key in several.
  refuseLines([...new Set(problems)], made.resource);
}

function conflicts(made: Claim, their: Claim): string[] {
  const shared = (space: string): readonly string[] => {
    const theirs = new Set(their.keys[space]);
    return made.keys[space]?.filter((key) => theirs.has(key)) ?? [];
  };
  const { name, attribution } = made.kind;
  const own = new Set(shared(name));
  // Whose own keys are equal, both are attributed that one, too, which says nothing more.
  const attributed = attribution === undefined ? [] : shared(attributedSpace({ name: attribution.kind }));
  const shown = (key: string) => (made.areSecret || their.areSecret ? "[secret]" : quoted(key));
  const conflicting = `by ${made.resource} and by ${their.resource}, by different providers of the same account`;
  return [
    ...Array.from(own, (key) => {
      return `${shown(key)} is declared ${conflicting}. A key belongs to one resource: remove one of the two, or give it another key`;
    }),
    ...attributed
      .filter((key) => !own.has(key))
      .map((key) => {
        return `${attribution?.kind} key ${shown(key)} is attributed ${conflicting}. It belongs to one ${name}: take it away from one of the two`;
      }),
  ];
}

/** As the program sees it. The environment of the provider's process may be another, where the Automation API gives it one. */
function accountOfStack(): Account | undefined {
  const found = readConfiguration(runtime.allConfig(), process.env);
  return found.ok ? found.configuration : undefined;
}

function isSame(one: Account | undefined, other: Account | undefined): boolean {
  return one !== undefined && one.baseUrl === other?.baseUrl && one.apiKey === other.apiKey;
}
