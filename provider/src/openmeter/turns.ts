/**
 * Lets work of one group go on together, and that of another one only afterwards. OpenMeter may carry a written subject over into
 * its customer, and makes the subjects of a written customer: at the same moment, one of the two would undo the other's write.
 */
export class Turns {
  #group: string | undefined;
  #underway = 0;
  readonly #waiting: { readonly group: string; readonly begin: () => void }[] = [];

  /** Does a piece of work in the turn of its group. */
  async during<T>(group: string, work: () => Promise<T>): Promise<T> {
    // Who comes later than another group waits behind it, so that no group waits for ever.
    if (this.#underway > 0 && (this.#group !== group || this.#waiting.length > 0)) {
      await new Promise<void>((begin) => void this.#waiting.push({ group, begin }));
    } else {
      this.#group = group;
      this.#underway += 1;
    }
    try {
      return await work();
    } finally {
      this.#underway -= 1;
      if (this.#underway === 0) {
        this.#next();
      }
    }
  }

  #next(): void {
    this.#group = this.#waiting[0]?.group;
    while (this.#waiting[0] !== undefined && this.#waiting[0].group === this.#group) {
      this.#underway += 1;
      this.#waiting.shift()?.begin();
    }
  }
}
