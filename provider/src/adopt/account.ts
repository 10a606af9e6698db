/** Reading what the command looks at in an account. */
import type { Listed, LiveObject } from "../core/port";
import { everyFewSeconds } from "../core/progress";
import { firstFew, formatCount } from "../core/words";
import { systemClock } from "../openmeter/clock";
import type { Configuration } from "../openmeter/configuration";
import { type Connection, type ConnectionEdges, connectTo } from "../openmeter/connection";
import { OpenMeterError } from "../openmeter/errors";
import { quoted } from "../printable";
import { type Adoptable, counted } from "./adoptable";
import { CommandFailure } from "./command-failure";

/** Whoever has waited so long for an answer wants to know for what. */
const patienceMs = 2_000;

/** More objects than these are counted and not named. */
const maxNamed = 20;

/** Reads an account for the command, and says what it waits for and what it can't read. */
export class Account {
  readonly #connection: Connection;

  constructor(
    private readonly configuration: Configuration,
    private readonly say: (line: string) => void,
    edges: ConnectionEdges,
  ) {
    this.#connection = connectTo(configuration, edges);
  }

  /** All objects of a kind. Those that contain the API key are left out and named. */
  async list({ kind, portOf }: Adoptable): Promise<Listed> {
    const listed = await this.#patiently(`the ${kind.names.objects} were not listed`, () =>
      portOf(this.#connection).list(),
    );
    const { withheld } = listed;
    if (withheld.length > 0) {
      const which = withheld.length === 1 ? "which contains" : "which contain";
      this.say(
        `${counted(withheld.length, kind)} left out, ${which} the API key: ${firstFew(withheld, maxNamed, quoted)}`,
      );
    }
    return listed;
  }

  /** The same objects with the fields that lists don't have: a request for each. Those that are gone meanwhile are absent. */
  async complete(
    { kind, portOf }: Adoptable,
    objects: readonly LiveObject[],
    fields: readonly string[],
  ): Promise<readonly LiveObject[]> {
    let done = 0;
    const read = () =>
      portOf(this.#connection).getAll(
        objects.map(({ key, id }) => ({ key, id, fields })),
        (object) => object,
        {
          progress: (count) => {
            done = count;
          },
        },
      );
    const progress = () => `${formatCount(done)} of ${counted(objects.length, kind)} read`;
    const found = await this.#patiently(`the ${kind.names.objects} were not read`, read, progress);
    return [...found.values()];
  }

  async #patiently<T>(failure: string, read: () => Promise<T>, progress?: () => string): Promise<T> {
    const { waiting } = this.#connection;
    const stop = everyFewSeconds(systemClock, patienceMs, () =>
      this.say(progress?.() ?? `waiting: ${waiting(0) ?? this.configuration.baseUrl}`),
    );
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof OpenMeterError)) {
        throw error;
      }
      throw new CommandFailure(`${failure}: ${error.message}`);
    } finally {
      stop();
    }
  }
}
