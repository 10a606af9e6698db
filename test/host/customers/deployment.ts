/** Plays the engine: runs of a program with resources of several kinds, in the order in which the engine asks. */
import type { dynamic } from "@pulumi/pulumi";
import { createEmulator, type InProcessEmulator } from "openmeter-emulator";
import { expect } from "vitest";
import { marksProperty } from "../../../provider/src/contract";
import { unknownValue } from "../dynamic-host";
import { type Properties, withoutSecretMarks } from "../operations";
import { type PartialError, type Run, shortOf, startRun, type Type, urnOf } from "./run";

/** A resource as a program declares it. A set brings its companion along. */
export interface Declared {
  readonly type: Type;
  readonly inputs: Properties;
  readonly marks?: Properties;
  /** The name of a resource that has to be done before, as by `dependsOn`. */
  readonly after?: string;
}

export type Program = Readonly<Record<string, Declared>>;

interface Entry {
  readonly type: Type;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** The engine updates what a failure has left, whatever diff says. */
  readonly failed?: boolean;
}

/** What one command has done. */
export interface Outcome {
  /** What was or would be done: `+ Customer a`, `~ CustomerSet s`, `- Subject b`; a replacement is `+-`. */
  readonly steps: readonly string[];
  readonly reports: readonly string[];
  /** The requests of this run: `GET /api/v1/customers/a`, ids as `{id}`. */
  readonly requests: readonly string[];
}

type EmulatorOptions = Parameters<typeof createEmulator>[0];

export class Deployment {
  readonly emulator: InProcessEmulator;
  readonly state = new Map<string, Entry>();
  readonly #pending: Entry[] = [];
  readonly #maxRetries: number;

  /** @param emulator by default one of its own */
  constructor(
    { maxRetries = 2, ...options }: EmulatorOptions & { readonly maxRetries?: number } = {},
    emulator: InProcessEmulator = createEmulator(options),
  ) {
    this.emulator = emulator;
    this.#maxRetries = maxRetries;
  }

  /** The outputs of a resource that the state has. */
  outputs(name: string): Properties {
    const [, entry] = [...this.state].find(([urn]) => urn.endsWith(`::${name}`)) ?? [];
    return entry?.outputs ?? {};
  }

  up(program: Program): Promise<Outcome> {
    return this.#command((run, steps) => this.#apply(run, program, steps));
  }

  /** Checks and diffs, and sends nothing that writes. */
  preview(program: Program): Promise<Outcome> {
    return this.#command((run, steps) => this.#apply(run, program, steps, true));
  }

  refresh(): Promise<Outcome> {
    return this.#command(async (run, steps) => {
      for (const [urn, { type, id, outputs, inputs }] of this.state) {
        const live = await run.of(type).read(id, outputs);
        const now: Properties = withoutSecretMarks({ ...(live.inputs ?? inputs) });
        if (live.id === "") {
          this.state.delete(urn);
          steps.push(`- ${shortOf(urn)}`);
        } else {
          this.state.set(urn, {
            type,
            id: String(live.id),
            inputs: now,
            outputs: withoutSecretMarks({ ...live.props }),
          });
          if (JSON.stringify(now) !== JSON.stringify(inputs)) {
            steps.push(`~ ${shortOf(urn)}`);
          }
        }
      }
    });
  }

  /** What `Customer.get` reads. */
  lookUp(keyOrId: string): Promise<dynamic.ReadResult> {
    return startRun(this.emulator, this.#maxRetries).of("Customer").read(keyOrId, {});
  }

  destroy(): Promise<Outcome> {
    return this.#command((run, steps) => this.#delete(run, [...this.state.keys()], steps));
  }

  /** The first run after which nothing is left to do. */
  async settle(program: Program): Promise<void> {
    await this.up(program);
    expect(await this.refreshedPreview(program)).toEqual([]);
  }

  /** The steps that `pulumi preview --refresh` shows. */
  async refreshedPreview(program: Program): Promise<readonly string[]> {
    const { steps } = await this.refresh();
    return [...steps, ...(await this.preview(program)).steps];
  }

  async #command(carryOut: (run: Run, steps: string[]) => Promise<void>): Promise<Outcome> {
    const { requests } = this.emulator;
    requests.clear();
    const run = startRun(this.emulator, this.#maxRetries);
    const steps: string[] = [];
    await carryOut(run, steps);
    const asked = requests.list().map(({ method, path }) => `${method} ${path.replace(/[0-9A-Z]{26}/g, "{id}")}`);
    return { steps, reports: run.reports, requests: asked };
  }

  async #apply(run: Run, program: Program, steps: string[], isPreview = false): Promise<void> {
    const declared = new Set<string>();
    const underway = new Map<string, Promise<Properties | undefined>>();
    for (const [name, { type, inputs, marks, after }] of Object.entries(program)) {
      const urn = urnOf(type, name);
      declared.add(urn);
      await underway.get(after ?? "");
      const news = { ...inputs, [marksProperty]: { ...marks, urn } };
      const done = this.#plan(run, { urn, type, news, steps, isPreview });
      underway.set(
        name,
        done.then(({ carriedOut }) => carriedOut),
      );
      // The engine asks one check after the other, while steps are under way.
      await done.catch(() => {});
      if (type === "CustomerSet" || type === "SubjectSet") {
        const ofMembers = urnOf(`${type}Members`, name);
        const ids = type === "CustomerSet" ? "customerIds" : "subjectIds";
        declared.add(ofMembers);
        const follow = async () => {
          const outputs = await underway.get(name);
          const news = { [ids]: outputs?.[ids] ?? unknownValue, [marksProperty]: { ...marks, urn } };
          const { carriedOut } = await this.#plan(run, {
            urn: ofMembers,
            type: `${type}Members`,
            news,
            steps,
            isPreview,
          });
          return carriedOut;
        };
        underway.set(`members of ${name}`, follow());
      }
    }
    const outcomes = await Promise.allSettled(underway.values());
    const failed = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    if (failed.length > 0) {
      throw failed[0];
    }
    const gone = [...this.state.keys()].filter((urn) => !declared.has(urn));
    if (isPreview) {
      steps.push(...gone.map((urn) => `- ${shortOf(urn)}`));
    } else {
      await this.#delete(run, gone, steps);
    }
  }

  /** Asks check and diff of one resource, and begins what they come to. */
  async #plan(run: Run, step: Step): Promise<{ readonly carriedOut: Promise<Properties | undefined> }> {
    const { urn, type, news, steps, isPreview } = step;
    const old = this.state.get(urn);
    const operations = run.of(type);
    const { inputs: checked = {}, failures = [] } = await operations.check(old?.inputs ?? {}, news);
    if (failures.length > 0) {
      throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    }
    const inputs: Properties = withoutSecretMarks(checked);
    const { changes = true, replaces = [] } =
      old === undefined ? {} : await operations.diff(old.id, old.outputs, inputs);
    if (old !== undefined && !changes && old.failed !== true) {
      this.state.set(urn, { ...old, inputs });
      return { carriedOut: Promise.resolve(old.outputs) };
    }
    const replaced = replaces.length > 0 ? old : undefined;
    steps.push(`${replaced === undefined ? (old === undefined ? "+" : "~") : "+-"} ${shortOf(urn)}`);
    return {
      carriedOut: isPreview ? Promise.resolve(undefined) : this.#carryOut(run, step, inputs, { old, replaced }),
    };
  }

  async #carryOut(
    run: Run,
    { urn, type }: Step,
    inputs: Properties,
    { old, replaced }: { readonly old: Entry | undefined; readonly replaced: Entry | undefined },
  ): Promise<Properties> {
    const operations = run.of(type);
    const put = (id: string, outputs: Properties, failed: boolean) => {
      this.#pending.push(...(replaced === undefined ? [] : [replaced]));
      this.state.set(urn, { type, id, inputs, outputs: withoutSecretMarks(outputs), ...(failed && { failed }) });
    };
    try {
      const { id, outs } =
        old === undefined || replaced !== undefined
          ? await operations.create(inputs)
          : { id: old.id, outs: (await operations.update(old.id, old.outputs, inputs)).outs };
      put(id, outs, false);
      return outs;
    } catch (error) {
      const { id, properties, reasons = [] } = error as PartialError; // it has these where the resource exists all the same
      if (id !== undefined && properties !== undefined) {
        put(id, { ...properties } as Properties, true); // values of a Struct
        throw new Error(reasons.join("\n"), { cause: error });
      }
      throw error;
    }
  }

  /** What was replaced first, then what is declared no more, each in the opposite order of its making. */
  async #delete(run: Run, gone: readonly string[], steps: string[]): Promise<void> {
    for (let entry = this.#pending.at(-1); entry !== undefined; entry = this.#pending.at(-1)) {
      await run.of(entry.type).delete(entry.id, entry.outputs);
      this.#pending.pop();
    }
    for (const urn of [...gone].reverse()) {
      const { type, id, outputs } = this.state.get(urn) as Entry; // `gone` names entries of the state
      await run.of(type).delete(id, outputs);
      this.state.delete(urn);
      steps.push(`- ${shortOf(urn)}`);
    }
  }
}

interface Step {
  readonly urn: string;
  readonly type: Type;
  readonly news: Properties;
  readonly steps: string[];
  readonly isPreview: boolean;
}
