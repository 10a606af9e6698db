import { expect, it } from "vitest";
import { draw } from "./draw";
import { shorten } from "./shorten";

it("keeps of the story what a reader needs, with its colours", () => {
  const green = (text: string) => `\u001b[32m${text}\u001b[0m`;
  const output = [
    "Using an embedded emulator of OpenMeter's Customer and Subject APIs at http://127.0.0.1:1.",
    "",
    "▶ 1/6 Create",
    "$ pulumi up",
    "@ updating....",
    green(" +  Customer acme creating (0s) "),
    green(" +  Customer acme created (0.15s) "),
    "Outputs:",
    "    serviceKey: 1",
    "",
    "Resources:",
    "    + 5 created",
    "",
    "Duration: 18s",
    "",
    "▶ 6/6 Destroy",
    "gone",
  ].join("\n");
  expect(shorten(output)).toEqual([
    "▶ 1/6 Create",
    "$ pulumi up",
    green(" +  Customer acme created "),
    "Resources:",
    "    + 5 created",
  ]);
});

it("is drawn with its colours, and with signs that XML has a use for", () => {
  const svg = draw(["a \u001b[32m<b> & c\u001b[0m", "", "\u001b[1mbold\u001b[0m"], "Story");
  expect(svg).toContain('<tspan>a </tspan><tspan fill="#98c379">&lt;b&gt; &amp; c</tspan>');
  expect(svg).toContain('<tspan font-weight="bold">bold</tspan>');
  expect(svg.match(/<text /g)).toHaveLength(2);
});
