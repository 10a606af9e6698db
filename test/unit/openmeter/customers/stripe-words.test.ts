import { describe, expect, it } from "vitest";
import { isMomentary } from "../../../../provider/src/openmeter/customers/conflicts";
import { adviseOnStripe, stripeOfApps } from "../../../../provider/src/openmeter/customers/stripe";
import { OpenMeterError } from "../../../../provider/src/openmeter/errors";

describe("the Stripe customer among the data of all apps", () => {
  const stripeCustomerId = "cus_1";
  it.each<[string, unknown, unknown]>([
    [
      "with the app's id",
      { items: [{ type: "stripe", id: "01A", stripeCustomerId }] },
      { appId: "01A", stripeCustomerId },
    ],
    [
      "with the app",
      {
        items: [
          { type: "sandbox", id: "01S" },
          { type: "stripe", app: { id: "01A" }, stripeCustomerId },
        ],
      },
      { appId: "01A", stripeCustomerId },
    ],
    ["not of another app", { items: [{ type: "sandbox", id: "01S", stripeCustomerId }] }, undefined],
    ["not without an app", { items: [{ type: "stripe", stripeCustomerId }] }, undefined],
    ["not without a customer", { items: [{ type: "stripe", id: "01A" }] }, undefined],
    ["not among what are no data", { items: ["stripe", null] }, undefined],
    ["not in another answer", { items: {} }, undefined],
    ["not in no answer", undefined, undefined],
  ])("is found %s", (_what, answer, expected) => {
    expect(stripeOfApps(answer)).toEqual(expected);
  });
});

describe("a link to Stripe that is refused", () => {
  it.each([
    ["no stripe app found for customer 01M8DDT44N7H8CKZ2C33BBEGQ2", /no stripe app found\. Install the Stripe app/],
    ["unique stripe customer id", /Another customer of OpenMeter is linked to it/],
    ["stripe customer cus_1 not found", /Check that this customer exists/],
  ])("is told with what to do: %s", (message, expected) => {
    const told = adviseOnStripe(new OpenMeterError("refused", message, 400));
    expect(told.message).toMatch(expected);
    expect(told.message).toMatch(/^stripeCustomerId was not linked: .*The rest of the customer is stored$/);
    expect(told).toMatchObject({ kind: "refused", status: 400 });
  });

  it.each([
    new OpenMeterError("refused", "no such key", 401),
    new OpenMeterError("refused", "not allowed", 403),
    new OpenMeterError("unavailable", "no answer", 400),
  ])("is told as it is where all requests fail so: $message", (error) => {
    expect(adviseOnStripe(error)).toBe(error);
  });
});

describe("a write that others get in the way of", () => {
  it.each([
    [409, "subject with key already exists", true],
    [412, "customer is deleted", true],
    [409, "customer is deleted", false],
    [412, "subject with key already exists", false],
    [409, "key is taken", false],
    [412, "precondition", false],
  ])("may succeed at once: %i %s: %s", (status, message, expected) => {
    expect(isMomentary(new OpenMeterError("refused", message, status))).toBe(expected);
  });
});
