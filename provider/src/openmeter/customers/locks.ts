/** Does a piece of work on the customer of this name (its id, or its key) when no other one on it is under way. */
export type InTurn = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** One piece of work at a time for each name. */
export class Locks {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does a piece of work once all others of this name are over. */
  async hold<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name);
    const own = (async () => {
      await before?.catch(() => {});
      return work();
    })();
    this.#last.set(name, own);
    try {
      return await own;
    } finally {
      if (this.#last.get(name) === own) {
        this.#last.delete(name);
      }
    }
  }
}
