import { expect, it } from "vitest";
import { readOptions } from "./options";

it("measures everything three times by default", () => {
  expect(readOptions([])).toMatchObject({
    parts: ["package", "singles", "sets", "accounts", "customers", "customerSets"],
    singles: [10, 100, 300, 1000],
    sets: [10, 1000, 10_000, 100_000],
    latencies: [0, 80],
    repeat: 3,
    timeLimitMs: undefined,
  });
});

it("lets single flags override what --quick stands for", () => {
  expect(readOptions(["--quick", "--sets", "500,20", "--only", "sets"])).toMatchObject({
    parts: ["sets"],
    singles: [10, 100, 300],
    sets: [20, 500],
    repeat: 1,
    timeLimitMs: 285_000,
  });
});

it("ends after as many minutes as are asked for", () => {
  expect(readOptions(["--minutes", "25"])).toMatchObject({ timeLimitMs: 1_500_000 });
  expect(readOptions(["--quick", "--minutes", "1"])).toMatchObject({ timeLimitMs: 60_000 });
});

it.each([
  [["--minutes", "0"], "--minutes takes whole numbers from 1 on"],
  [["--repeat", "0"], "--repeat takes whole numbers from 1 on"],
  [["--sets", "10,-1"], "--sets takes whole numbers from 1 on"],
  [["--singles", ""], "--singles takes whole numbers"],
  [["--latency", "1.5"], "--latency takes whole numbers from 0 on"],
  [["--only", "nothing"], "--only takes package, singles, sets, accounts, customers, customerSets"],
  [["--fast"], "--fast"],
])("refuses %j", (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});
