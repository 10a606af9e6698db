/** The current run of a program, and what it notes for the provider's processes: which resource declares which objects. */
import {
  all,
  allAliases,
  type CustomResource,
  isSecret,
  log,
  Output,
  output,
  type Resource,
  runtime,
} from "@pulumi/pulumi";
import type { KeysBySpace } from "../core/claims";
import type { Kind } from "../core/kind";
import { type Account, RunFacts } from "../run/facts";
import { claim } from "./claims";
import { late } from "./inputs";
import { accessOf, credentialsOf } from "./provider-access";
import { labelOf } from "./resource-class";

/** What tells the current run of a program from others in this process, which the Automation API makes possible. */
export function currentRun(): object | undefined {
  return runtime.getStackResource() ?? runtime.getMonitor();
}

/** A value for each run: the same one as long as the run lasts. Where there is no run, a new one each time. */
export function perRun<Value>(make: () => Value): () => Value {
  const values = new WeakMap<object, { readonly value: Value }>();
  return () => {
    const run = currentRun();
    const made = (run && values.get(run)) ?? { value: make() };
    if (run !== undefined) {
      values.set(run, made);
    }
    return made.value;
  };
}

/** Keys that are claimed, now or when they are known. */
export type Claims = KeysBySpace | Output<KeysBySpace>;

/** What a resource declares, and by which names the engine knows it. */
export interface Constructed {
  readonly kind: Kind;
  /** What its objects claim, in one or more parts, each of which may be known before the others. */
  readonly claims: readonly Claims[];
  readonly urn: string | Promise<string>;
  readonly name: string;
  readonly type: string;
  readonly parent: Resource | undefined;
}

/**
 * Notes what a resource declares as soon as that is known, so that no delete of this run removes it. Neither waited for nor
 * fatal: where nothing can be noted, a warning says so once.
 *
 * @throws {RunError} where a resource of another provider claims one of its keys in the same account
 */
export function noteConstructed(resource: CustomResource, constructed: Constructed): void {
  const { kind, claims, urn, type, name } = constructed;
  const run = currentRun();
  if (run === undefined) {
    return;
  }
  const provider = resource.getProvider(type);
  const account = credentialsOf(provider);
  const label = labelOf({ type }, name);
  const facts = factsOf(run);
  const note = (where: Account | "unknown" | undefined, urns: readonly string[], known: KnownClaims): void => {
    if (where !== "unknown") {
      claim(run, accessOf(provider), where, { resource: label, kind, ...known });
    }
    if (facts === undefined || opened.get(run) === undefined) {
      return;
    }
    try {
      for (const [space, keys] of Object.entries(known.keys)) {
        facts.noteConstructed(where, space, keys, urns);
      }
    } catch (error) {
      warnOfUnnoted(run, error);
    }
  };
  const aliases = facts === undefined ? [] : aliasesOf(resource, constructed);
  for (const part of claims) {
    if (aliases.length === 0 && typeof urn === "string" && !Output.isInstance(part) && account === undefined) {
      note(undefined, [urn], { keys: part, areSecret: false });
    } else {
      const areSecret = Output.isInstance(part) && isSecret(part);
      all([output([urn, ...aliases]), account, part, areSecret]).apply(([urns, where, keys, secret]) =>
        late(() => note(where, urns, { keys, areSecret: secret })),
      );
    }
  }
}

interface KnownClaims {
  readonly keys: KeysBySpace;
  /** Whether a key may be secret, so that no message names it. */
  readonly areSecret: boolean;
}

/** Runs whose facts have been begun, by whichever copy of this package was first. */
const begun = sharedRuns();

/** The facts of runs, as this copy of the package has opened them; `undefined` where that failed. */
const opened = new WeakMap<object, RunFacts | undefined>();

/** The facts of a run that is carried out. A preview has none, nor has a unit test with mocks, where there is no engine. */
function factsOf(run: object | undefined): RunFacts | undefined {
  if (run === undefined || runtime.isDryRun()) {
    return undefined;
  }
  if (!opened.has(run)) {
    const address = engineAddress();
    opened.set(run, address === undefined ? undefined : open(run, address));
  }
  return opened.get(run);
}

function open(run: object, address: string): RunFacts | undefined {
  try {
    // A provider of components in other languages has no stack: it joins the run of the program that uses it.
    if (begun.has(run) || runtime.getStackResource() === undefined) {
      return RunFacts.join(address);
    }
    begun.add(run);
    return RunFacts.begin(address);
  } catch (error) {
    warnOfUnnoted(run, error);
    return undefined;
  }
}

function warnOfUnnoted(run: object, error: unknown): void {
  opened.set(run, undefined);
  log.warn(
    `The OpenMeter provider cannot note what this program declares: ${error instanceof Error ? error.message : String(error)}. ` +
      "This run may delete objects in OpenMeter whose resources --target or --exclude leaves out of it.",
  );
}

/**
 * The engine's address, which tells runs apart. Leans on `settings.options.engineAddr` in the store of Pulumi's runtime, and
 * on the two globals that hold the store so that several copies of the runtime can share it. If one of them is renamed,
 * nothing is noted, and a test on the engine notices.
 */
function engineAddress(): string | undefined {
  const options = at(at(localStore() ?? Reflect.get(globalThis, "globalStore"), "settings"), "options");
  const address = at(options, "engineAddr");
  return typeof address === "string" && address !== "" ? address : undefined;
}

/** The store of an inline program, several of which run in one process; a program that has a process of its own has none. */
function localStore(): unknown {
  const local: unknown = Reflect.get(globalThis, "asyncLocalStorage");
  const getStore: unknown = at(local, "getStore");
  return typeof getStore === "function" ? Reflect.apply(getStore, local, []) : undefined;
}

/** Whether this is the process that the engine has started for the program of a stack. */
export function isStartedByEngine(): boolean {
  return engineAddress() !== undefined && localStore() === undefined && runtime.getStackResource() !== undefined;
}

/**
 * The URNs that a resource had before. Leans on the internal fields `__aliases` and `__name` of Pulumi's resources, which
 * also hold what transformations have added. Without them, a destroy that runs the program keeps what was renamed.
 */
function aliasesOf(resource: Resource, { name, type, parent }: Constructed): readonly Output<string>[] {
  const own: unknown = Reflect.get(resource, "__aliases");
  const aliases = Array.isArray(own) ? own : [];
  return parent === undefined ? aliases : allAliases(aliases, name, type, parent, String(at(parent, "__name")));
}

function sharedRuns(): WeakSet<object> {
  const symbol = Symbol.for("pulumi-openmeter.runs");
  const shared: unknown = Reflect.get(globalThis, symbol);
  const runs = shared instanceof WeakSet ? shared : new WeakSet<object>();
  Reflect.set(globalThis, symbol, runs);
  return runs;
}

function at(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
