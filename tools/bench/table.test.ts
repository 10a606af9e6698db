import { expect, it } from "vitest";
import { bytes, memory, milliseconds, ratio, requests, seconds } from "./figures";
import { asMarkdown, asText } from "./table";

const table = {
  title: "Times",
  note: "Medians.",
  columns: ["operation", "floor | Subject"],
  rows: [
    ["create", "1.00 s"],
    ["preview with refresh", "10.00 s"],
  ],
  wordColumns: 1,
};

it("aligns words left and figures right on a terminal", () => {
  expect(asText(table).split("\n")).toEqual([
    "Times",
    "Medians.",
    "operation             floor | Subject",
    "────────────────────  ───────────────",
    "create                         1.00 s",
    "preview with refresh          10.00 s",
  ]);
});

it("writes Markdown", () => {
  expect(asMarkdown(table)).toBe(
    [
      "### Times\n",
      "Medians.\n",
      "| operation | floor \\| Subject |",
      "|---|---:|",
      "| create | 1.00 s |",
      "| preview with refresh | 10.00 s |",
    ].join("\n"),
  );
});

it("writes figures with their unit, and a dash for none", () => {
  expect([seconds(1234), ratio(1.005), bytes(59), bytes(1507), bytes(451_800), bytes(2_410_000)]).toEqual([
    "1.23 s",
    "1.00 ×",
    "59 B",
    "1,507 B",
    "451.8 kB",
    "2.41 MB",
  ]);
  expect([0.0141, -0.5, 1.2, 442.3].map(milliseconds)).toEqual(["14 µs", "-500 µs", "1.20 ms", "442 ms"]);
  expect([memory(768 * 1024 ** 2), seconds(undefined), requests(undefined)]).toEqual(["768 MB", "–", "–"]);
  expect([requests({}), requests({ POST: 300, "GET list": 1 })]).toEqual(["0", "1 GET list + 300 POST"]);
});
