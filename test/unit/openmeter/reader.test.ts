import { describe, expect, it } from "vitest";
import { OpenMeterError } from "../../../provider/src/openmeter/errors";
import type { LiveSubject } from "../../../provider/src/openmeter/subject";
import { serverFailure, timeout } from "./bulk-server";
import { problem } from "./fake-transport";
import { keys, ListingServer } from "./listing-server";

/** Keeps of each subject all that was read. */
const whole = (subject: LiveSubject) => subject;

/** What the design allows of a list for each subject that is wanted. */
const bytesForOne = 20_000;

describe("reads of single subjects that come one after the other", () => {
  it("are single requests for the first, and a list for all the rest", async () => {
    const server = new ListingServer(keys(1_000));
    const found = await server.getEach(keys(1_000), 1);
    expect([...found.values()]).toEqual(keys(1_000));
    expect(server.listsAsked).toHaveLength(1);
    expect(server.singles).toEqual(keys(15));
  });

  it.each([8, 16])("need some twenty requests for an account of 1,000, %d at a time", async (atOnce) => {
    const server = new ListingServer(keys(1_000));
    const found = await server.getEach(keys(1_000), atOnce);
    expect(found.size).toBe(1_000);
    for (const [key, answered] of found) expect(answered).toBe(key);
    expect(server.listsAsked).toHaveLength(1);
    expect(server.requests).toBeLessThanOrEqual(15 + atOnce);
  });

  it("ask for no list when there are few", async () => {
    const server = new ListingServer([...keys(3), ...keys(60_000, "foreign")]);
    await server.getEach(keys(3), 3);
    expect(server.listsAsked).toEqual([]);
    expect(server.singles).toEqual(keys(3));
  });

  it("give a list up that is too large, and never ask for more than they are worth", async () => {
    const server = new ListingServer([...keys(300), ...keys(60_000, "foreign")]);
    const found = await server.getEach(keys(300), 8);
    for (const [key, answered] of found) expect(answered).toBe(key);
    expect(server.singles.length).toBe(300);
    for (const bytes of server.listsAsked) expect(bytes).toBeLessThanOrEqual(300 * bytesForOne);
    expect(server.bytesAsked).toBeLessThan(2 * 300 * bytesForOne);
  });

  it("ask for a list again only when it is worth twice as much", async () => {
    const server = new ListingServer(keys(300));
    server.instead = () => {
      throw new OpenMeterError("oversized", "the answer is too large");
    };
    await server.getEach(keys(300), 1);
    expect(server.listsAsked).toEqual([16, 32, 64, 128, 256].map((reads) => reads * bytesForOne));
  });

  it("take a list for as good as new for half a minute, and no longer", async () => {
    const server = new ListingServer(keys(50));
    await server.getEach(keys(16), 1);
    server.singles.length = 0;
    await server.clock.sleep(29_999);
    await server.getEach(["k20"], 1);
    expect(server.singles).toEqual([]);
    await server.clock.sleep(1);
    await server.getEach(["k21"], 1);
    expect(server.singles).toEqual(["k21"]);
    expect(server.listsAsked).toHaveLength(1);
  });

  it("confirm by a single read that a subject is gone", async () => {
    const server = new ListingServer(keys(50));
    await server.getEach(keys(50), 1);
    server.singles.length = 0;
    server.keys.add("late");
    expect(await server.getEach(["late", "never"], 1)).toEqual(
      new Map([
        ["late", "late"],
        ["never", undefined],
      ]),
    );
    expect(server.singles).toEqual(["late", "never"]);
  });

  it("never take the answer for a key that was written from a list", async () => {
    const server = new ListingServer(keys(50));
    await server.getEach(keys(50), 1);
    server.singles.length = 0;
    server.reader.wrote(["k40", "k41"]);
    server.keys.delete("k40");
    await server.getEach(["k40", "k41", "k42"], 1);
    expect(server.singles).toEqual(["k40", "k41"]);
  });

  it("nor when it was written while the list was under way", async () => {
    const server = new ListingServer(keys(50));
    await server.getEach(keys(15), 1);
    let release = () => {};
    server.held = new Promise((resolve) => {
      release = resolve;
    });
    const reading = server.reader.get("k40");
    await expect.poll(() => server.listsAsked.length).toBe(1);
    server.reader.wrote(["k40"]);
    server.keys.delete("k40");
    release();
    expect(await reading).toBeUndefined();
  });

  it("ask for a new list when the old one is half a minute old", async () => {
    const server = new ListingServer(keys(200));
    await server.getEach(keys(100), 1);
    await server.clock.sleep(31_000);
    server.keys.delete("k150");
    await server.getEach(keys(40, "k15"), 1);
    expect(server.listsAsked).toHaveLength(2);
    expect((await server.getEach(["k150"], 1)).get("k150")).toBeUndefined();
  });
});

describe("a list that the server cannot give", () => {
  it.each<[string, () => Response]>([
    ["a failure", () => serverFailure(500)],
    ["a timeout", timeout],
  ])("because of %s is replaced by single reads", async (_why, instead) => {
    const server = new ListingServer(keys(100));
    server.instead = instead;
    const found = await server.getEach(keys(100), 8);
    for (const [key, answered] of found) expect(answered).toBe(key);
    expect(server.singles).toHaveLength(100);
    expect(server.listsAsked.length).toBeLessThanOrEqual(3);
    expect([...(await server.reader.getAll(keys(100), whole)).keys()].sort()).toEqual(keys(100).sort());
  });

  it("because the API key is refused is an error", async () => {
    const server = new ListingServer(keys(100));
    server.instead = () => problem(401, "unauthorized");
    await expect(server.reader.getAll(keys(100), whole)).rejects.toMatchObject({ kind: "refused", status: 401 });
    await expect(server.getEach(keys(100), 4)).rejects.toMatchObject({ status: 401 });
    expect(server.singles.length).toBeLessThan(40);
  });
});

describe("reads of many subjects together", () => {
  it("are single requests when there are fewer than 16", async () => {
    const server = new ListingServer([...keys(14), ...keys(500, "foreign")]);
    const found = await server.reader.getAll(keys(15), whole);
    expect([...found.keys()].sort()).toEqual(keys(14).sort());
    expect(server.listsAsked).toEqual([]);
    expect(server.singles.sort()).toEqual(keys(15).sort());
  });

  it.each([16, 1_000])("are one list from 16 on: of %d", async (count) => {
    const server = new ListingServer([...keys(1_000), ...keys(500, "foreign")].slice(0, 62 * count));
    const found = await server.reader.getAll(keys(count), whole);
    expect([...found.keys()]).toEqual(keys(count));
    expect(server.requests).toBe(1);
  });

  it("would rather be single than wait for the list again", async () => {
    const server = new ListingServer(keys(50));
    await server.reader.getAll(keys(50), whole);
    await server.getEach(keys(16), 1);
    expect(server.listsDivisible).toEqual([true, true]);
  });

  it("leave out what is missing, after a single read of each", async () => {
    const server = new ListingServer(keys(30));
    const found = await server.reader.getAll(keys(33), whole);
    expect([...found.keys()]).toEqual(keys(30));
    expect(server.singles.sort()).toEqual(["k30", "k31", "k32"]);
  });

  it("are single requests when the list is too large for them", async () => {
    const server = new ListingServer([...keys(20), ...keys(60_000, "foreign")]);
    const found = await server.reader.getAll(keys(20), whole);
    expect([...found.keys()].sort()).toEqual(keys(20).sort());
    expect(server.listsAsked).toEqual([20 * bytesForOne]);
    expect(server.singles).toHaveLength(20);
  });

  it("tell how many are behind: those of the list at once, then each that is read singly, found or missing", async () => {
    const server = new ListingServer(keys(30));
    const heard: number[] = [];
    await server.reader.getAll(keys(33), whole, true, (read) => heard.push(read));
    expect(heard).toEqual([30, 31, 32, 33]);
  });

  it("take a list anew each time", async () => {
    const server = new ListingServer(keys(50));
    await server.reader.getAll(keys(50), whole);
    server.keys.delete("k7");
    expect((await server.reader.getAll(keys(50), whole)).has("k7")).toBe(false);
  });

  it("fail with the first single read that fails, and send nothing more", async () => {
    const server = new ListingServer([]);
    server.instead = () => serverFailure(500);
    server.insteadOfSingle = (key) => (key === "k3" ? problem(400, "no") : undefined);
    await expect(server.reader.getAll(keys(300), whole)).rejects.toMatchObject({ status: 400 });
    const sent = server.singles.length;
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(server.singles.length - sent).toBeLessThanOrEqual(16);
  });
});
