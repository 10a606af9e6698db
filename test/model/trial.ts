import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { blurredBy } from "./attribution";
import { claimsOf } from "./claims";
import { edited } from "./edit";
import { expectAttribution, expectCompanions, expectServer, expectState } from "./expected";
import { namedBy, namingOf, summariesIn, summariesOf } from "./naming";
import { makeRoom, type Obstacle, obstaclesTo, type RunAhead } from "./obstacles";
import { change } from "./others";
import { ownersOf, type Program, setOf } from "./program";
import { sentTo, writesIn, writesOf } from "./requests";
import { both, deletedAt, keyOfRecord, liveAt } from "./servers";
import type { StackUnderTrial, UpOptions } from "./stack-under-trial";
import { protectedFrom, type State } from "./state";
import type { Order, Step, Trouble, Up } from "./steps";
import { faultsOf } from "./trouble";
import { expectUnharmed } from "./unharmed";
import { effectOn, refreshed, type Server } from "./world";

/** How much trials have tried. */
export interface Tally {
  lives: number;
  steps: number;
  /** Runs of the engine that apply the program, previews not counted. */
  ups: number;
  /** Edits that gave keys to other resources, or other keys to resources. */
  moves: number;
  /** Runs that were cut, by a kill or a cancellation. */
  crashes: number;
  /** Runs that OpenMeter refused a part of. */
  obstacles: number;
}

export function newTally(): Tally {
  return { lives: 0, steps: 0, ups: 0, moves: 0, crashes: 0, obstacles: 0 };
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
      if (step.do === "up") {
        await this.#up(step);
      } else if (step.do === "forget") {
        // With an alias, the next companion would continue the one of a set that is let go of.
        if ((this.#program[setOf(step.name)]?.options.aliases ?? []).length === 0) {
          await this.stack.forget(step.name);
        }
      } else if (isForeign(step)) {
        change(this.stack.servers, step);
      } else {
        const before = this.#program;
        this.#program = edited(before, step);
        const isMove =
          ["move", "swap", "re-key", "rename", "give", "exchange"].includes(step.do) ||
          (step.do === "option" && step.option === "elsewhere");
        this.tally.moves += isMove && !isDeepStrictEqual(before, this.#program) ? 1 : 0;
      }
    }
    await this.#settle("together");
    await this.#destroy();
  }

  /** A run to which nothing happens that the provider must not get over, or one that is hurt, and perhaps one that mends. */
  async #up({ refresh, order, meanwhile, trouble, mend }: Up): Promise<void> {
    if (protectedFrom(await this.#base(refresh), this.#program).length > 0) {
      return this.#refused(refresh, order);
    }
    if (trouble === undefined || trouble.kind === "hiccup") {
      return this.#quiet({ refresh, order, meanwhile, trouble });
    }
    const before = await this.#now();
    const claims = claimsOf(await this.#base(refresh), this.#program);
    const isFree = obstaclesTo(this.#ahead(claims, before.server, order, true)).length === 0;
    const error = await this.#hurtRun(trouble, { refresh, order });
    if (trouble.kind === "hook" && isFree) {
      const isHooked = [...claims].some(([key, claim]) => {
        const sent = effectOn(claim, before.server.get(key)).write?.displayName;
        return typeof sent === "string" && sent !== trouble.displayName;
      });
      expect(error !== undefined, `a run whose writes are stored otherwise fails (${error})`).toBe(isHooked);
      // What is stored is in the state, so the next run sees the difference without a refresh.
      return this.#quiet({ refresh: false, order });
    }
    // The engine refuses to replace what is not in the state.
    const canReplace = (name: string) =>
      before.state.some((resource) => resource.name === name && !resource.isReplaced);
    const isReplaced = trouble.kind === "replace" && canReplace(trouble.name);
    if (isReplaced && isFree && before.state.every(({ protect }) => !protect)) {
      expect(error, "the error of a forced replacement").toBeUndefined();
    }
    const touched = trouble.kind === "writer" ? trouble.change.key : undefined;
    this.#expectUnharmed(before, { refresh, touched });
    if (mend) {
      await this.#settle(order);
    }
  }

  /** Pulumi refuses to delete or replace what is protected; the rest of the run may be done or not. */
  async #refused(refresh: boolean, order: Order): Promise<void> {
    const before = await this.#now();
    const kept = protectedFrom(await this.#base(refresh), this.#program);
    const preview = await this.stack.preview(this.#program, { refresh });
    expect(preview.error, "a preview that would delete what is protected").toMatch(/protect/);
    const error = await this.#run({ refresh, order });
    expect(error, "a run that would delete what is protected").toMatch(/protect/);
    this.#expectUnharmed(before, { refresh });
    for (const { members } of before.state.filter(({ name }) => kept.includes(name))) {
      for (const [key, { id }] of members) {
        const live = before.server.get(key);
        if (live?.id === id) {
          expect(this.#server().get(key)?.id, `the record of ${key}, which is protected`).toBe(id);
        }
      }
    }
  }

  /** Brings the stack to what the program says, whatever has been before. */
  async #settle(order: Order): Promise<void> {
    await this.#quiet({ refresh: true, order });
  }

  /**
   * A run that has to succeed, and all that is asked of it. Without one where something is protected from it. What stands in its
   * way at the server it names; then somebody does what it says, and it is run again.
   */
  async #quiet({ refresh, order, meanwhile, trouble }: Omit<Up, "do" | "mend">, tries = 5): Promise<void> {
    if (protectedFrom(await this.#base(refresh), this.#program).length > 0) {
      return;
    }
    const named = await this.#announced(refresh);
    if (meanwhile !== undefined) {
      change(this.stack.servers, meanwhile);
    }
    const now = await this.#now();
    const before = now.server;
    const base = await this.#base(refresh);
    const claims = claimsOf(base, this.#program);
    if (protectedFrom(base, this.#program).length > 0) {
      return;
    }
    const obstacles = obstaclesTo(this.#ahead(claims, before, order, trouble !== undefined));
    const error =
      trouble === undefined ? await this.#run({ refresh, order }) : await this.#hurtRun(trouble, { refresh, order });
    const isRefused = obstacles.some(({ isCertain }) => isCertain) || (error !== undefined && obstacles.length > 0);
    if (isRefused && tries > 0) {
      this.tally.obstacles += 1;
      expectSaid(error, obstacles);
      this.#expectUnharmed(now, { refresh });
      makeRoom(this.stack.servers, this.#program, (await this.#now()).state);
      return this.#quiet({ refresh: true, order }, tries - 1);
    }
    expect(error, "the error of a run that has to succeed").toBeUndefined();
    const after = await this.#now();
    const { subjectHook } = this.stack.servers;
    const blurred = subjectHook ? blurredBy(claims, before, after.server) : new Set<string>();
    if (trouble === undefined) {
      const isCompared = (key: string) => !blurred.has(key);
      const ids = new Set([...claims.values()].flatMap(({ leaving }) => leaving.map(({ id }) => id)));
      const known = new Set([...ids, ...[...before.values()].map(({ id }) => id)]);
      const sent = writesIn(sentTo(this.stack.servers), isCompared, known);
      expect(sent, "what was sent").toEqual(writesOf(claims, before, isCompared));
      // Announced was what now has been sent, unless others changed something in between.
      if (meanwhile === undefined && named !== undefined) {
        expect(named).toEqual(namingOf(claims));
      }
    }
    expectServer(claims, before, after.server, subjectHook);
    expectState(claims, this.#program, before, after);
    if (refresh) {
      expectAttribution(this.#program, after.server);
    }
    const later = expectCompanions(this.#program, base, after.state);
    await this.#expectQuietAfter(refresh && trouble === undefined && !later && blurred.size === 0);
  }

  /** An `up`, in which no record of a key that the program declares may be deleted, unless others had deleted it before. */
  async #run(options: UpOptions): Promise<string | undefined> {
    const { servers } = this.stack;
    for (const [, { requests }] of both(servers)) {
      requests.clear();
    }
    const gone = deletedAt(servers);
    const { error } = await this.stack.up(this.#program, options);
    this.tally.ups += 1;
    const deleted = sentTo(servers).flatMap((one) => (one.do === "delete" ? [one.id] : []));
    const keys = deleted.filter((id) => !gone.has(id)).map((id) => keyOfRecord(servers, id) ?? id);
    const declared = ownersOf(this.#program);
    expect(
      keys.filter((key) => declared.has(key)),
      "deleted objects that the program declares",
    ).toEqual([]);
    return error;
  }

  /** A run with a trouble in it. */
  async #hurtRun(trouble: Trouble, options: UpOptions): Promise<string | undefined> {
    for (const [, emulator] of both(this.stack.servers)) {
      emulator.faults.add(...faultsOf(trouble, this.stack, emulator));
    }
    this.tally.crashes += trouble.kind === "kill" || trouble.kind === "cancel" ? 1 : 0;
    try {
      return await this.#run({
        ...options,
        ...(trouble.kind === "throw" && { throwsAfter: trouble.at }),
        ...(trouble.kind === "replace" && { replace: [trouble.name] }),
      });
    } finally {
      for (const [, { faults }] of both(this.stack.servers)) {
        faults.clear();
      }
    }
  }

  /** What a preview names, if it can be compared. It sends nothing but reads, and says the same of sets in one line each. */
  async #announced(refresh: boolean): Promise<readonly string[] | undefined> {
    const before = this.#server();
    const base = await this.#base(refresh);
    const preview = await this.stack.preview(this.#program, { refresh });
    expect(preview.error, "the error of a preview").toBeUndefined();
    expect(this.#server(), "the server after a preview").toEqual(before);
    // Pulumi compares inputs. After an operation that failed in part they are what was asked for, until a refresh.
    if (base.some(({ isUnsettled, isReplaced }) => isUnsettled || isReplaced)) {
      return undefined;
    }
    expect(summariesIn(preview.output), "the summaries of sets").toEqual(summariesOf(preview.steps));
    const named = namedBy(preview.steps, base, this.#program);
    expect(named, "what the preview names").toEqual(namingOf(claimsOf(base, this.#program)));
    return named;
  }

  /** A preview with refresh names what has drifted; right after a run with refresh that is nothing. */
  async #expectQuietAfter(isSettled: boolean): Promise<void> {
    const named = await this.#announced(true);
    if (isSettled) {
      expect(named, "a preview with refresh right after a run with refresh").toEqual([]);
    }
  }

  /** What OpenMeter does not delete is named, and stays until somebody makes room for that. */
  async #destroy(): Promise<void> {
    const { state, server } = await this.#now();
    if (state.some((resource) => resource.protect)) {
      return;
    }
    const { subjectHook } = this.stack.servers;
    const claims = claimsOf(state);
    const obstacles = obstaclesTo(this.#ahead(claims, server, "together", false));
    const { error } = await this.stack.destroy();
    const certain = obstacles.filter(({ isCertain }) => isCertain);
    if (certain.length > 0 || (error !== undefined && obstacles.length > 0)) {
      expectSaid(error, obstacles);
      for (const { key } of certain) {
        expect(this.#server().get(key)?.id, `the record of ${key}, which is subscribed`).toBe(server.get(key)?.id);
      }
      makeRoom(this.stack.servers, {}, state);
      return this.#destroy();
    }
    expect(error, "the error of a destroy").toBeUndefined();
    expect(await this.stack.state()).toEqual([]);
    expectServer(claims, server, this.#server(), subjectHook);
  }

  #ahead(claims: ReturnType<typeof claimsOf>, server: Server, order: Order, isTroubled: boolean): RunAhead {
    return { claims, server, subjectHook: this.stack.servers.subjectHook, order, isTroubled };
  }

  #expectUnharmed(
    before: { readonly state: State; readonly server: Server },
    went: { readonly refresh: boolean; readonly touched?: string | undefined },
  ): void {
    const { subjectHook } = this.stack.servers;
    expectUnharmed(this.#program, before, this.#server(), { ...went, subjectHook });
  }

  /** The state that a run compares with. */
  async #base(refresh: boolean): Promise<State> {
    const { state, server } = await this.#now();
    return refresh ? refreshed(state, server) : state;
  }

  async #now(): Promise<{ readonly state: State; readonly server: Server }> {
    return { state: await this.stack.state(), server: this.#server() };
  }

  #server(): Server {
    return liveAt(this.stack.servers);
  }
}

/** A run that OpenMeter refuses a part of says why. */
function expectSaid(error = "no error", obstacles: readonly Obstacle[]): void {
  const isSaid = obstacles.some(({ said }) => said.test(error));
  expect(isSaid, `${error} has to say one of ${obstacles.map(({ said }) => said)}`).toBe(true);
}

function isForeign(step: Step): step is Extract<Step, { do: `foreign ${string}` }> {
  return step.do.startsWith("foreign");
}
