/** One provider instance in one run of the engine: its configuration, its connection, and what the run has shown it. */

import { marksProperty } from "../contract";
import { Failure } from "../core/failure";
import type { Kind } from "../core/kind";
import type { Port } from "../core/port";
import { Patience } from "../core/progress";
import { Run } from "../core/run";
import type { Report, Surroundings } from "../core/surroundings";
import { Told } from "../core/told";
import { shortName } from "../core/words";
import { type Clock, systemClock } from "../openmeter/clock";
import { type ConfigurationResult, readConfiguration, readProviderConfiguration } from "../openmeter/configuration";
import { type Connection, connectTo } from "../openmeter/connection";
import type { Environment } from "../openmeter/http/proxy";
import type { Debug } from "../openmeter/http/trace";
import { quoted } from "../printable";
import { type OwnAccount, RunFacts } from "../run/facts";

import { type CheckFailure, marksOf, type Properties } from "./resource";

/** What a session needs of its host. */
export interface SessionHost {
  /** Where the engine listens, which all processes of a run know. */
  readonly engineAddress: string;
  readonly environment: Environment;
  /** Shows a message to the person at the terminal. */
  readonly report: Report;
  /** Takes debug lines, which are not for everybody. */
  readonly debug?: Debug;
  readonly clock?: Clock;
}

export class Session {
  readonly run: Run;
  readonly told = new Told();
  readonly #patience: Patience;
  readonly #reported = new Set<string>();
  #configured: ConfigurationResult = { ok: false, problems: ["the provider was used before it was configured"] };
  #connection: Connection | undefined;
  #providerUrn: string | undefined;

  constructor(private readonly host: SessionHost) {
    this.run = new Run(RunFacts.join(host.engineAddress), () => this.#account);
    this.#patience = new Patience(this.#clock, this.#report, (atLeastMs) => this.#connect().waiting(atLeastMs));
  }

  /** Reads the configuration: of a `Provider`, or of the stack. Each type of resources brings it along. */
  configure(config: Readonly<Record<string, unknown>>): void {
    const { environment } = this.host;
    const { urn } = marksOf(config);
    this.#providerUrn = urn;
    this.#configured =
      urn === undefined
        ? readConfiguration(config, environment)
        : readProviderConfiguration(argumentsOf(config), environment, { label: `Provider ${quoted(shortName(urn))}` });
    for (const warning of this.#configured.ok ? this.#configured.warnings : []) {
      this.#report(warning, { level: "warning" });
    }
  }

  /**
   * What tells the resources of a `Provider` from those of others: its URN without stack and project, which may be renamed.
   * `undefined` for the provider of the stack's configuration.
   */
  get provider(): string | undefined {
    return this.#providerUrn?.split("::").slice(2).join("::");
  }

  /** Properties with the mark of this provider. */
  marked(properties: Properties): Properties {
    const { provider } = this;
    return provider === undefined
      ? properties
      : { ...properties, [marksProperty]: { ...marksOf(properties), provider } };
  }

  /** What is wrong with the configuration, as failures of a check. */
  configurationFailures(): CheckFailure[] {
    return this.#configured.ok ? [] : this.#configured.problems.map((reason) => ({ property: "", reason }));
  }

  /** What the core needs to work on one kind of objects. */
  surroundings(kind: Kind, portOf: (connection: Connection) => Port): Surroundings {
    return {
      kind,
      run: this.run,
      report: this.#report,
      clock: this.#clock,
      patience: this.#patience,
      told: this.told,
      connect: () => {
        const connection = this.#connect();
        return { ...connection, port: portOf(connection) };
      },
    };
  }

  get #account(): OwnAccount {
    // Stryker disable next-line ObjectLiteral,StringLiteral: without a configuration nothing is read or written anyway
    const { baseUrl, apiKey } = this.#configured.ok ? this.#configured.configuration : { baseUrl: "", apiKey: "" };
    return { baseUrl, apiKey, isStack: this.#providerUrn === undefined };
  }

  get #clock(): Clock {
    return this.host.clock ?? systemClock;
  }

  /** The engine asks for a check more than once, also within one run. What one has said, the next need not. */
  readonly #report: Report = (message, about) => {
    const said = `${about?.urn} ${message}`;
    if (about?.level === "status" || !this.#reported.has(said)) {
      this.#reported.add(said);
      this.host.report(message, about);
    }
  };

  /**
   * The connection that the configuration describes. Its modules are loaded along with the provider, not here: what the host's
   * process loads later, it did not find in a project whose packages are symbolic links (seen with openapi-fetch).
   */
  #connect(): Connection {
    if (!this.#configured.ok) {
      const happened = "the OpenMeter provider is not configured";
      const shared = { cause: happened, inBrief: () => `${happened} (another message says why)` };
      throw new Failure(`${happened}: ${this.#configured.problems.join("; ")}`, { shared });
    }
    this.#connection ??= connectTo(this.#configured.configuration, this.host);
    return this.#connection;
  }
}

/** The settings among the inputs of a `Provider`, by name. Others are the engine's. */
function argumentsOf(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const prefix = "openmeter:";
  const own = Object.entries(inputs).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}
