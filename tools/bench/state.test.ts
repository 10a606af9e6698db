import { expect, it } from "vitest";
import { stateFacts } from "./state";

it("measures the state in bytes", () => {
  expect(stateFacts('{"name":"é"}')).toEqual({ stateBytes: 13 });
});

it("measures a resource's provider as the string that it is, not as it is escaped", () => {
  const provider = 'exports.handler=require("a").b';
  const text = JSON.stringify({ inputs: { text: '"__provider": "no"', __provider: provider } }, undefined, 2);
  expect(stateFacts(text).providerBytes).toBe(provider.length);
});
