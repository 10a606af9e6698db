import { expect, it } from "vitest";
import { OpenMeterError } from "../../../provider/src/openmeter/errors";

it("An error of the API client is known by its name where it is printed", () => {
  expect(String(new OpenMeterError("refused", "why"))).toBe("OpenMeterError: why");
});
