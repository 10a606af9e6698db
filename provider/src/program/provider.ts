import { all, type Input, output, ProviderResource, type ResourceOptions, secret, unsecret } from "@pulumi/pulumi";
import { hostPackage, marksProperty } from "../contract";
import { defined, isPlainObject, mapValues, typeInWords } from "../json";
import { readProviderConfiguration } from "../openmeter/configuration";
import { quoted } from "../printable";
import { type Arguments, isDeferred, late, refuseLines, secretArguments } from "./inputs";
import { urnOf } from "./options";
import { accessOf, giveAccess } from "./provider-access";
import { runError } from "./stack-traces";

/** The arguments of a {@link Provider}. Any of them may be an output of another resource. */
export interface ProviderArgs {
  /** The server's address, such as `https://openmeter.example.com`. Default: OpenMeter Cloud, `https://openmeter.cloud`. */
  readonly baseUrl?: Input<string> | undefined;
  /** The API key. Stored in the state as a secret. OpenMeter Cloud requires one; a server of your own may not. */
  readonly apiKey?: Input<string> | undefined;
  /** Seconds that one try of a request may take, above 0 and at most 3600. Default 30. */
  readonly requestTimeout?: Input<number> | undefined;
  /** How often a failed request is tried again, from 0 to 20. Default 6. */
  readonly maxRetries?: Input<number> | undefined;
  /** How many requests are under way at once, from 1 to 64. Default 16. */
  readonly maxConcurrency?: Input<number> | undefined;
}

/**
 * An account of OpenMeter, for programs that manage several. Resources and look-ups with this provider use its address and key,
 * and all others those of the stack's configuration.
 *
 * Address and key come from the arguments alone, and never from the stack's configuration or the environment. A changed key or
 * address updates the provider and replaces nothing. A resource that gets a provider of another account is replaced: it is created
 * there, and deleted in the account that it leaves. Each provider is a process of its own.
 *
 * Give it to resources by the option `provider`. The option `providers` of a component gives it to every dynamic resource
 * in the component, those of other packages included, which see its configuration and its key.
 *
 * @example
 * ```ts
 * import { Config } from "@pulumi/pulumi";
 * import { Provider, Subject } from "pulumi-openmeter";
 *
 * const eu = new Provider("eu", {
 *   baseUrl: "https://openmeter.eu.example.com",
 *   apiKey: new Config().requireSecret("euApiKey"),
 * });
 *
 * new Subject("acme", { key: "customer-42" }, { provider: eu });
 * ```
 */
export class Provider extends ProviderResource {
  /** Whether a value is a Provider, even one from another copy of this package. */
  static override isInstance(value: unknown): value is Provider {
    return accessOf(value) !== undefined;
  }

  /**
   * @param name the resource's name in the program
   * @throws {RunError} that names all invalid arguments
   */
  constructor(name: string, args: ProviderArgs = {}, options: ResourceOptions = {}) {
    const resource = `Provider ${quoted(name)}`;
    const given = settingsIn(args, resource);
    const urn = urnOf(name, `pulumi:providers:${hostPackage}`, options.parent);
    const settings = all([output(given), secretArguments(given)]).apply(([known, secrets]) => {
      late(() => refuseLines(problemsOf(known, secrets), resource));
      return known;
    });
    const { apiKey } = given;
    const inputs = {
      ...Object.fromEntries(Object.entries(given).map(([setting, value]) => [`openmeter:${setting}`, value])),
      ...(apiKey !== undefined && { "openmeter:apiKey": secret(apiKey) }),
      [marksProperty]: { urn },
    };
    // Nothing is registered before the arguments are judged. In an input, Pulumi would put its name before what is wrong with them.
    const dependsOn = settings.apply(() => output(options.dependsOn ?? []).apply((given) => [given].flat()));
    super(hostPackage, name, inputs, { ...options, dependsOn });
    const configured = unsecret(settings).apply((known) =>
      readProviderConfiguration(known, process.env, { label: resource }),
    );
    giveAccess(this, { label: resource, configured });
  }
}

/** The arguments that are given, as far as they are known without problems. */
function settingsIn(args: unknown, resource: string): Arguments {
  if (!isPlainObject(args)) {
    throw runError(
      `${resource}: the arguments are ${formInWords(args)}; they must be a plain object, of which each value may be an output, such as { baseUrl: "https://openmeter.example.com" }`,
    );
  }
  const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined && value !== null));
  refuseLines(problemsOf(given), resource);
  return given;
}

/** What an object that is not a plain one is. */
function formInWords(args: unknown): string {
  if (isDeferred(args)) {
    return args instanceof Promise ? "a promise" : "an output";
  }
  return typeof args === "object" && args !== null && !Array.isArray(args)
    ? "an instance of a class"
    : typeInWords(args);
}

/** What is wrong with arguments. Those that are still to come pass. */
function problemsOf(args: Arguments, secrets?: readonly string[]): readonly string[] {
  const passing: Arguments = { baseUrl: "http://to.come", apiKey: "to-come" };
  const known = mapValues(args, (value, name) => (isDeferred(value) ? passing[name] : value));
  const found = readProviderConfiguration(known, process.env, defined({ secrets }));
  return found.ok ? [] : found.problems;
}
