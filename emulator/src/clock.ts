/**
 * The clock of the store: RFC 3339 in UTC with microseconds, trailing zeros cut, as the server formats its timestamps.
 * No two readings are equal, so that "updatedAt moved" can be told even within one batch.
 */
export class Clock {
  #last = 0;

  now(): string {
    const measured = Math.floor((performance.timeOrigin + performance.now()) * 1000);
    this.#last = Math.max(measured, this.#last + 1);
    return formatMicroseconds(this.#last);
  }
}

/** Formats microseconds since 1970: `2026-11-23T13:27:17.29487Z`. */
function formatMicroseconds(microseconds: number): string {
  const seconds = new Date(Math.floor(microseconds / 1000)).toISOString().slice(0, "2026-11-23T13:27:17".length);
  const fraction = String(microseconds % 1_000_000)
    .padStart(6, "0")
    .replace(/0+$/, "");
  return fraction === "" ? `${seconds}Z` : `${seconds}.${fraction}Z`;
}
