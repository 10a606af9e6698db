import { expect, it } from "vitest";
import { readOptions } from "./options";
import { countOperations, inTurn, scenarios } from "./plan";

function planned(...args: string[]): string[] {
  const options = readOptions(args);
  if (options === "help") throw new Error("no options");
  return scenarios(options).map(({ kind, size, latencyMs }) => `${kind} ${size} @ ${latencyMs}`);
}

it("measures every size at every latency, what takes less time first", () => {
  expect(planned("--singles", "10,100", "--sets", "10000", "--latency", "0,80")).toEqual([
    "singles 10 @ 0",
    "customers 10 @ 0",
    "singles 10 @ 80",
    "customers 10 @ 80",
    "sets 10000 @ 0",
    "singles 100 @ 0",
    "customers 100 @ 0",
    "singles 100 @ 80",
    "customers 100 @ 80",
    "sets 10000 @ 80",
    "customerSets 10000 @ 0",
    "accounts 150 @ 0",
  ]);
});

it("spends the time of a quick run on latency only where a target needs it", () => {
  expect(planned("--quick").filter((line) => line.endsWith("@ 80"))).toEqual([
    "customerSets 10 @ 80",
    "sets 10000 @ 80",
    "customerSets 1000 @ 80",
  ]);
  expect(planned("--quick", "--latency", "0,80").filter((line) => line.endsWith("@ 80"))).toHaveLength(11);
});

it("measures last what a time limit may cut off: the sizes in between", () => {
  expect(planned("--quick")).toEqual([
    "sets 10 @ 0",
    "customerSets 10 @ 0",
    "customerSets 10 @ 80",
    "singles 10 @ 0",
    "customers 10 @ 0",
    "sets 10000 @ 0",
    "singles 300 @ 0",
    "customers 300 @ 0",
    "sets 10000 @ 80",
    "customerSets 10000 @ 0",
    "sets 1000 @ 0",
    "customerSets 1000 @ 0",
    "singles 100 @ 0",
    "customers 100 @ 0",
    "accounts 150 @ 0",
    "customerSets 1000 @ 80",
  ]);
});

it("counts what each competitor can do", () => {
  // Three programs with five operations each; two programs with five and two scripts with one.
  expect(countOperations([{ kind: "singles", size: 1, latencyMs: 0 }], 2)).toBe(30);
  expect(countOperations([{ kind: "sets", size: 1, latencyMs: 0 }], 1)).toBe(12);
  expect(countOperations([{ kind: "accounts", size: 1, latencyMs: 0 }], 1)).toBe(10);
  expect(countOperations([{ kind: "customers", size: 1, latencyMs: 0 }], 1)).toBe(10);
  expect(countOperations([{ kind: "customerSets", size: 1, latencyMs: 0 }], 1)).toBe(11);
});

it("lets another competitor begin each time", () => {
  expect([0, 1, 2, 3].map((turn) => inTurn(["a", "b", "c"], turn)[0])).toEqual(["a", "b", "c", "a"]);
  expect(inTurn(["a", "b", "c"], 1)).toEqual(["b", "c", "a"]);
});
