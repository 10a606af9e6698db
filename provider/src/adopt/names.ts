/** Logical names of resources, made from keys: readable, and the same whatever else is in the account. Pure. */
import { createHash } from "node:crypto";

/** Letters and digits of any script, and what is harmless in a URN, on a command line and in a glob of `--target`. */
const plainName = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@-]*$/u;

const maxLength = 100;

/** Readable part of a name that the key itself can't be. */
const slugLength = 40;

/** Digits of the key's hash that tell two keys of one slug apart. */
const hashLength = 10;

/**
 * A name for each key: the key itself where that makes a name, else what is readable of it and a hash of all of it.
 *
 * @param keys each once
 * @param standIn the readable part of a name for a key of which nothing is readable
 */
export function namesOf(keys: readonly string[], standIn: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const odd: string[] = [];
  for (const key of keys) {
    if (key.length <= maxLength && plainName.test(key)) names.set(key, key);
    else odd.push(key);
  }
  // A plain key may look like the name of an odd one, and hashes may collide.
  const taken = new Set(names.values());
  for (const key of odd) {
    let attempt = 0;
    while (taken.has(nameOf(key, standIn, attempt))) attempt += 1;
    const name = nameOf(key, standIn, attempt);
    taken.add(name);
    names.set(key, name);
  }
  return names;
}

function nameOf(key: string, standIn: string, attempt: number): string {
  // As JSON, since UTF-8 spells all halves of surrogate pairs the same.
  const hash = createHash("sha256")
    .update(`${attempt} ${JSON.stringify(key)}`)
    .digest("hex")
    .slice(0, hashLength);
  const slug = [...key.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}._@]+/gu, "-")].slice(0, slugLength).join("");
  return `${slug.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N}]+$/gu, "") || standIn}-${hash}`;
}
