import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type EmulatorOptions, startEmulator } from "../src/index";

let folder: string;
let options: EmulatorOptions & { stateFile: string };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openmeter-emulator-"));
  options = { stateFile: join(folder, "state.json") };
});
afterEach(() => rmSync(folder, { recursive: true }));

test("subjects survive a restart, deleted ones and odd metadata too", async () => {
  const first = await startEmulator(options);
  first.subjects.upsert({ key: "a", metadata: JSON.parse('{"__proto__":{"x":1},"b":null}') }, { key: "gone" });
  first.subjects.delete("gone");
  const before = JSON.stringify(first.subjects.all());
  await first.close();

  const second = await startEmulator(options);
  try {
    expect(JSON.stringify(second.subjects.all())).toBe(before);
    expect(second.subjects.get("gone")).toBeUndefined();
    const [recreated] = second.subjects.upsert({ key: "gone" });
    expect(second.subjects.list().at(-1)).toEqual(recreated);
  } finally {
    await second.close();
  }
});

test("customers, what keeps them and their Stripe links survive a restart", async () => {
  const first = await startEmulator({ ...options, stripe: true });
  const { customers, stripe } = first;
  const { id } = customers.create({ key: "a", name: "A", usageAttribution: { subjectKeys: ["a", "b"] } });
  const gone = customers.create({ key: "gone", name: "Gone", usageAttribution: { subjectKeys: ["c"] } });
  customers.delete("gone");
  customers.burn(gone.id, "burnt");
  customers.subscribe("a");
  stripe.setCustomers(["cus_1"]);
  stripe.link(id, stripe.appOf(id), { stripeCustomerId: "cus_1" });
  const before = JSON.stringify([customers.state(), stripe.state()]);
  await first.close();

  const second = await startEmulator(options);
  try {
    expect(JSON.stringify([second.customers.state(), second.stripe.state()])).toBe(before);
    expect(second.customers.getById(gone.id)?.usageAttribution).toEqual({ subjectKeys: ["c"] });
    const burnt = { key: "new", name: "New", usageAttribution: { subjectKeys: ["burnt"] } };
    expect(() => second.customers.create(burnt)).toThrow("already associated");
    expect(second.customers.attributedTo("b")).toEqual([id]);
  } finally {
    await second.close();
  }
});

test("the file is written with every change over the API, in one piece", async () => {
  const emulator = await startEmulator(options);
  try {
    const headers = { "content-type": "application/json" };
    await fetch(`${emulator.url}/api/v1/subjects`, { method: "POST", headers, body: '[{"key":"a"},{"key":""}]' });
    expect(keysInFile()).toEqual(["a"]);
    await fetch(`${emulator.url}/_emulator/subjects`, { method: "DELETE" });
    expect(keysInFile()).toEqual([]);
    expect(readdirSync(folder)).toEqual(["state.json"]);
  } finally {
    await emulator.close();
  }
});

function keysInFile(): string[] {
  const state: { subjects: { key: string }[] } = JSON.parse(readFileSync(options.stateFile, "utf8"));
  return state.subjects.map(({ key }) => key);
}

test.each(["not JSON", "{}", '{"version":1,"subjects":[{"key":"a"}]}'])(
  "a file that is no state is refused by its path, and left alone: %s",
  async (content) => {
    writeFileSync(options.stateFile, content);
    await expect(startEmulator(options)).rejects.toThrow(`${options.stateFile} is not a state file`);
    expect(readFileSync(options.stateFile, "utf8")).toBe(content);
  },
);
