import { describe, expect, it } from "vitest";
import { unknown } from "../../../provider/src/provider/declaration";
import { Run } from "../../../provider/src/provider/run";

describe("a run", () => {
  it("finds the resource that takes a subject over once it applies the program", () => {
    const run = new Run();
    run.declare({ key: "a", displayName: "A" }, true);
    run.apply();
    expect(run.successor("a")).toEqual({ key: "a", displayName: "A" });
  });

  it("finds it whichever comes first, the declaration or the application", () => {
    const run = new Run();
    run.apply();
    run.declare({ key: "a" }, true);
    expect(run.successor("a")).toEqual({ key: "a" });
  });

  it("finds none while the program is only checked, as in a destroy with --run-program", () => {
    const run = new Run();
    run.declare({ key: "a" }, true);
    expect(run.successor("a")).toBeUndefined();
  });

  it("finds a resource that is about to be created though nothing was applied yet, as when a forced replacement deletes first", () => {
    const run = new Run();
    run.declare({ key: "a", displayName: "A" }, false);
    expect(run.successor("a")).toEqual({ key: "a", displayName: "A" });
    expect(run.successor("b")).toBeUndefined();
  });

  it("still finds none by an unknown key of a resource to be created", () => {
    const run = new Run();
    run.declare({ key: unknown }, false);
    run.apply();
    expect(run.successor("a")).toBeUndefined();
  });

  it("finds none for a key that nobody declares", () => {
    const run = new Run();
    run.declare({ key: "a" }, true);
    run.apply();
    expect(run.successor("b")).toBeUndefined();
  });

  it("finds none by an unknown key", () => {
    const run = new Run();
    run.declare({ key: unknown }, true);
    run.apply();
    expect(run.successor("a")).toBeUndefined();
  });

  it("does not take the diff of an unknown key for that of one which was checked", () => {
    const run = new Run();
    run.declare({ key: unknown }, true);
    run.declare({ key: "a" }, true);
    expect(run.compare(unknown)).toBe(false);
    expect(run.successor("a")).toBeUndefined();
    expect(run.compare("a")).toBe(true);
    expect(run.successor("a")).toEqual({ key: "a" });
  });

  it("takes the latest declaration of a key, which is the most complete", () => {
    const run = new Run();
    run.apply();
    run.declare({ key: "a", metadata: unknown }, true);
    run.declare({ key: "a", metadata: { known: true } }, true);
    expect(run.successor("a")).toEqual({ key: "a", metadata: { known: true } });
  });

  it("finds a resource that only the program has told of so far, with the fields that it declares", () => {
    const run = new Run();
    run.declareElsewhere('{"":["a"],"displayName,metadata,typo":["b","__proto__"]}');
    run.declareElsewhere('{"stripeCustomerId":["c"]}');
    run.apply();
    expect(run.successor("a")).toEqual({ key: "a" });
    expect(run.successor("b")).toEqual({ key: "b", displayName: unknown, metadata: unknown });
    expect(run.successor("__proto__")).toEqual({ key: "__proto__", displayName: unknown, metadata: unknown });
    expect(run.successor("c")).toEqual({ key: "c", stripeCustomerId: unknown });
    expect(run.successor("d")).toBeUndefined();
    run.declareElsewhere('{"":["d"]}');
    expect(run.successor("d")).toEqual({ key: "d" });
  });

  it("believes a check more, which knows outputs", () => {
    const run = new Run();
    run.apply();
    run.declareElsewhere('{"displayName":["a"]}');
    run.declare({ key: "a" }, false);
    expect(run.successor("a")).toEqual({ key: "a" });
  });

  it("finds none that only the program has told of in a destroy with --run-program, which applies nothing", () => {
    const run = new Run();
    run.declareElsewhere('{"":["a"]}');
    expect(run.successor("a")).toBeUndefined();
  });

  it("knows the records of its own stack, and no others", () => {
    const run = new Run();
    run.own("01J-A");
    expect(run.owns("01J-A")).toBe(true);
    expect(run.owns("01J-B")).toBe(false);
  });

  it("knows nothing of another run", () => {
    const run = new Run();
    run.own("01J-A");
    run.declare({ key: "a" }, true);
    run.apply();
    const other = new Run();
    other.apply();
    expect(other.owns("01J-A")).toBe(false);
    expect(other.successor("a")).toBeUndefined();
  });
});
