/**
 * What must be taken back when an operation fails half way: the server does each in one transaction, and its hooks take part.
 * The stores note how to undo each of their changes.
 */
export class UndoLog {
  #steps: (() => void)[] | undefined;

  /** Notes how to take back a change that is being made. */
  note(undo: () => void): void {
    this.#steps?.push(undo);
  }

  /** Does the work wholly or not at all. Work within work belongs to the outer one. */
  run<Result>(work: () => Result): Result {
    if (this.#steps !== undefined) {
      return work();
    }
    const steps: (() => void)[] = [];
    this.#steps = steps;
    try {
      return work();
    } catch (error) {
      for (const undo of steps.reverse()) {
        undo();
      }
      throw error;
    } finally {
      this.#steps = undefined;
    }
  }

  /** Sets or, with `undefined`, removes an entry of a map, and notes how to take it back. */
  set<Key, Value>(map: Map<Key, Value>, key: Key, value: Value | undefined): void {
    const before = map.get(key);
    this.note(() => assign(map, key, before));
    assign(map, key, value);
  }
}

function assign<Key, Value>(map: Map<Key, Value>, key: Key, value: Value | undefined): void {
  if (value === undefined) {
    map.delete(key);
  } else {
    map.set(key, value);
  }
}
