/** What happens between a subject and customers that get its usage, run by run. By chance alone, programs rarely come to it. */
import fc from "fast-check";
import type { Edit } from "./edit";
import { bareKey, keyBeside } from "./servers";
import type { ForeignChange, Step, Up } from "./steps";

type Doing<Name extends string> = Extract<Edit | ForeignChange, { readonly do: Name }>;

/** A subject, the customer that gets its usage at first, and another one, with what others and the program write of the first. */
export interface Meeting {
  readonly subject: Doing<"declare">;
  readonly giver: Doing<"declare">;
  readonly taker: Doing<"declare">;
  readonly foreign: Doing<"foreign write" | "foreign re-creation">;
  readonly change: Doing<"set field">;
}

/** The program of a meeting. */
export function opening({ subject, giver, taker }: Meeting): Step[] {
  return [subject, giver, taker, give(subject.key, giver.key)];
}

const turns = {
  "the subject leaves": ({ subject }) => [leave(subject.key)],
  "the customer leaves": ({ giver }) => [leave(giver.key)],
  "both leave": ({ subject, giver }) => [leave(subject.key), leave(giver.key)],
  "the subject becomes a customer": ({ subject, giver }) => {
    const key = keyBeside(subject.key, "customer");
    return [leave(subject.key), { ...giver, key }, give(subject.key, key)];
  },
  "the other customer takes it": ({ subject, taker }) => [give(subject.key, taker.key)],
  "the customers exchange": ({ giver, taker }) => [{ do: "exchange", key: giver.key, with: taker.key }],
  "it is dropped": ({ giver }) => [{ do: "set field", key: giver.key, field: "subjectKeys", value: [] }],
  "a customer takes the key of one that leaves": ({ giver, taker }) => [leave(giver.key), give(giver.key, taker.key)],
  "others write the customer, too": ({ giver, foreign, change }) => [
    { ...foreign, key: giver.key },
    { ...change, key: giver.key },
  ],
  "others write the customer that leaves": ({ giver, foreign }) => [{ ...foreign, key: giver.key }, leave(giver.key)],
} as const satisfies Readonly<Record<string, (meeting: Meeting) => readonly Step[]>>;

const most = 4;

/** Some turns, each once, with a run after each. */
export function turnsOf(meeting: Meeting, up: fc.Arbitrary<Up>): fc.Arbitrary<Step[]> {
  const some = fc.shuffledSubarray(Object.values(turns), { minLength: 2, maxLength: most });
  return fc
    .tuple(some, fc.array(up, { minLength: most, maxLength: most }))
    .map(([taken, ups]) => taken.flatMap((stepsOf, index) => [...stepsOf(meeting), ...ups.slice(index, index + 1)]));
}

function give(subject: string, customer: string): Edit {
  return { do: "give", subjectKey: bareKey(subject), key: customer };
}

function leave(key: string): Edit {
  return { do: "leave", key };
}
