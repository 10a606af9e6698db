import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { edited } from "./edit";
import { namedBy, namingOf, summariesIn, summariesOf } from "./naming";
import type { Program } from "./program";
import { writesIn, writesOf } from "./requests";
import type { StackUnderTrial } from "./stack-under-trial";
import { protectedFrom, type State } from "./state";
import type { Order, Step, Trouble, Up } from "./steps";
import { change, faultsOf } from "./trouble";
import { expectUnharmed } from "./unharmed";
import { type Claims, claimsOf, effectOn, type Live, newId, refreshed, type Server, serverAfter } from "./world";

/** How much trials have tried. */
export interface Tally {
  lives: number;
  steps: number;
  /** Runs of the engine that make the program so, previews not counted. */
  ups: number;
}

/** Lives the life of a stack, and holds it against the model after each run. */
export class Trial {
  #program: Program = {};

  constructor(
    private readonly stack: StackUnderTrial,
    private readonly tally: Tally,
  ) {}

  async live(steps: readonly Step[]): Promise<void> {
    this.tally.lives += 1;
    for (const step of steps) {
      this.tally.steps += 1;
      if (step.do === "up") await this.#up(step);
      else if (isForeign(step)) change(this.stack.emulator, step);
      else this.#program = edited(this.#program, step);
    }
    await this.#settle("together");
    await this.#destroy();
  }

  /** A run to which nothing happens that the provider must not get over, or one that is hurt, and after it one that mends. */
  async #up({ refresh, order, meanwhile, trouble }: Up): Promise<void> {
    if (protectedFrom(await this.#base(refresh), this.#program).length > 0) return this.#refused(refresh, order);
    if (trouble === undefined || trouble.kind === "hiccup") {
      return this.#quiet({ refresh, order, meanwhile, trouble });
    }
    const before = await this.#now();
    const claims = claimsOf(await this.#base(refresh), this.#program);
    const { error } = await this.#hurt(trouble, () => this.stack.up(this.#program, { refresh, order }));
    this.tally.ups += 1;
    if (trouble.kind === "hook") {
      const isHooked = [...claims].some(([key, claim]) => {
        const sent = effectOn(claim, before.server.get(key)).write?.displayName;
        return typeof sent === "string" && sent !== trouble.displayName;
      });
      expect(error !== undefined, `a run whose writes are stored otherwise fails (${error})`).toBe(isHooked);
      // What is stored is in the state, so the next run sees the difference without a refresh.
      return this.#quiet({ refresh: false, order });
    }
    const touched = trouble.kind === "writer" ? trouble.change.key : undefined;
    expectUnharmed(this.#program, before, this.#server(), { refresh, touched });
    await this.#settle(order);
  }

  /** Pulumi refuses to delete or replace what is protected; the rest of the run may be done or not. */
  async #refused(refresh: boolean, order: Order): Promise<void> {
    const before = await this.#now();
    const kept = protectedFrom(await this.#base(refresh), this.#program);
    const preview = await this.stack.preview(this.#program, { refresh });
    expect(preview.error, "a preview that would delete what is protected").toMatch(/protect/);
    const { error } = await this.stack.up(this.#program, { refresh, order });
    this.tally.ups += 1;
    expect(error, "a run that would delete what is protected").toMatch(/protect/);
    expectUnharmed(this.#program, before, this.#server(), { refresh });
    for (const { members } of before.state.filter(({ name }) => kept.includes(name))) {
      for (const [key, { id }] of members) {
        const live = before.server.get(key);
        if (live?.id === id) expect(this.#server().get(key)?.id, `the record of ${key}, which is protected`).toBe(id);
      }
    }
  }

  /** Brings the stack to what the program says, whatever has been before. */
  async #settle(order: Order): Promise<void> {
    await this.#quiet({ refresh: true, order });
  }

  /** A run that has to succeed, and all that is asked of it. Without one where something is protected from it. */
  async #quiet({ refresh, order, meanwhile, trouble }: Omit<Up, "do">): Promise<void> {
    if (protectedFrom(await this.#base(refresh), this.#program).length > 0) return;
    const named = await this.#announced(refresh);
    if (meanwhile !== undefined) change(this.stack.emulator, meanwhile);
    const before = this.#server();
    const claims = claimsOf(await this.#base(refresh), this.#program);
    if (protectedFrom(await this.#base(refresh), this.#program).length > 0) return;
    this.stack.emulator.requests.clear();
    const up = () => this.stack.up(this.#program, { refresh, order });
    const { error } = trouble === undefined ? await up() : await this.#hurt(trouble, up);
    this.tally.ups += 1;
    expect(error, "the error of a run that has to succeed").toBeUndefined();
    if (trouble === undefined) {
      expect(writesIn(this.stack.emulator.requests.list()), "what was sent").toEqual(writesOf(claims, before));
      // Announced was what now has been sent, unless others changed something in between.
      if (meanwhile === undefined && named !== undefined) expect(named).toEqual(namingOf(claims));
    }
    this.#expectServer(claims, before);
    await this.#expectState(claims, before);
    await this.#expectQuietAfter(refresh && trouble === undefined);
  }

  /** What a preview names, if it can be compared. It sends nothing but reads, and says the same of sets in one line each. */
  async #announced(refresh: boolean): Promise<readonly string[] | undefined> {
    const before = this.#server();
    const base = await this.#base(refresh);
    const preview = await this.stack.preview(this.#program, { refresh });
    expect(preview.error, "the error of a preview").toBeUndefined();
    expect(this.#server(), "the server after a preview").toEqual(before);
    // Pulumi compares inputs. After an operation that failed in part they are what was asked for, until a refresh.
    if (base.some(({ isUnsettled }) => isUnsettled)) return undefined;
    expect(summariesIn(preview.output), "the summaries of sets").toEqual(summariesOf(preview.steps, this.#program));
    const named = namedBy(preview.steps, base, this.#program);
    expect(named, "what the preview names").toEqual(namingOf(claimsOf(base, this.#program)));
    return named;
  }

  #expectServer(claims: ReadonlyMap<string, Claims>, before: Server): void {
    const after = this.#server();
    const expected = serverAfter(claims, before);
    expect([...after.keys()].sort(), "the keys at the server").toEqual([...expected.keys()].sort());
    for (const [key, wanted] of expected) {
      const live = after.get(key);
      const old = before.get(key);
      const isUntouched =
        isDeepStrictEqual(wanted, old) && effectOn(claims.get(key) ?? { leaving: [] }, old).write === undefined;
      if (isUntouched) expect(live, `${key}, which nothing was to happen to`).toEqual(old);
      else expect(owned(live), `${key} at the server`).toEqual(owned(wanted));
      if (wanted.id !== newId) expect(live?.id, `the record of ${key}`).toBe(wanted.id);
      else expect([...before.values()].map(({ id }) => id)).not.toContain(live?.id);
    }
  }

  async #expectState(claims: ReadonlyMap<string, Claims>, before: Server): Promise<void> {
    const state = await this.stack.state();
    expect(state.map(({ name }) => name).sort(), "resources of the state").toEqual(Object.keys(this.#program).sort());
    const held = new Map(
      state.flatMap(({ name, members }) => [...members].map(([key, one]) => [key, { name, ...one }] as const)),
    );
    const declared = [...claims].flatMap(([key, claim]) =>
      claim.declared === undefined ? [] : [[key, claim, claim.declared] as const],
    );
    expect([...held.keys()].sort(), "keys of the state").toEqual(declared.map(([key]) => key).sort());
    for (const [key, claim, { resource, fields, before: holding }] of declared) {
      const isOwnWrite =
        holding === undefined ||
        Object.keys(effectOn({ ...claim, leaving: [] }, before.get(key)).write ?? {}).length > 0;
      const id = isOwnWrite ? this.#server().get(key)?.id : holding.id;
      expect(held.get(key), `${key} in the state`).toEqual({ name: resource, id, fields });
    }
  }

  /** A preview with refresh names what has drifted; right after a run with refresh that is nothing. */
  async #expectQuietAfter(isSettled: boolean): Promise<void> {
    const named = await this.#announced(true);
    if (isSettled) expect(named, "a preview with refresh right after a run with refresh").toEqual([]);
  }

  async #destroy(): Promise<void> {
    const { state, server } = await this.#now();
    if (state.some((resource) => resource.protect)) return;
    const { error } = await this.stack.destroy();
    expect(error, "the error of a destroy").toBeUndefined();
    expect(await this.stack.state()).toEqual([]);
    this.#expectServer(claimsOf(state, {}), server);
  }

  /** The state that a run compares with. */
  async #base(refresh: boolean): Promise<State> {
    const { state, server } = await this.#now();
    return refresh ? refreshed(state, server) : state;
  }

  async #now(): Promise<{ readonly state: State; readonly server: Server }> {
    return { state: await this.stack.state(), server: this.#server() };
  }

  #server(): Map<string, Live> {
    return new Map(this.stack.emulator.subjects.list().map((subject) => [subject.key, subject]));
  }

  async #hurt<T>(trouble: Trouble, run: () => Promise<T>): Promise<T> {
    const { faults } = this.stack.emulator;
    faults.add(...faultsOf(trouble, this.stack));
    try {
      return await run();
    } finally {
      faults.clear();
    }
  }
}

function isForeign(step: Step): step is Extract<Step, { do: `foreign ${string}` }> {
  return step.do.startsWith("foreign");
}

function owned(live: Live | undefined): unknown {
  return live && { displayName: live.displayName, metadata: live.metadata, stripeCustomerId: live.stripeCustomerId };
}
