import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { Emulator } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import { longIt } from "../sample";
import { OperationError, type Properties } from "./operations";
import { createSet, declareSet, membersInputs, parsed, setInputs, updateWithMembers } from "./set-fixtures";
import { withHost } from "./with-host";

type Members = Record<string, { readonly metadata: { readonly text: string } }>;

/** The last goes out in a request of its own, so that its refusal costs no search. */
const count = 501;
const refused = "z";

/** A set that is too large, in bytes, for a failure to carry. */
function large(textOf: (key: string) => string): Members {
  const keys = Array.from({ length: count - 1 }, (_, index) => `c${index}`);
  return Object.fromEntries([...keys, refused].map((key) => [key, { metadata: { text: textOf(key) } }]));
}

/** Texts as they are: much of them is the same. */
const plain = large((key) => `${key} `.padEnd(17_600, "a text that repeats itself, "));

/** Texts that cannot be made any shorter. */
const dense = large((key) =>
  Array.from({ length: 200 }, (_, index) => createHash("sha512").update(`${key} ${index}`).digest("base64")).join(""),
);

function refuse(emulator: Emulator): void {
  emulator.faults.add({
    kind: "status",
    status: 400,
    body: { title: "Bad Request", status: 400, detail: "text is too long" },
    contentType: "application/problem+json",
    match: { key: refused },
    times: Number.POSITIVE_INFINITY,
  });
}

async function failureOf(operation: Promise<unknown>): Promise<OperationError> {
  const failure = await operation.catch((error: unknown) => error);
  if (failure instanceof OperationError) return failure;
  throw new Error(`should have failed, and not with ${failure}`);
}

async function stateAfter(operation: Promise<unknown>): Promise<Properties> {
  const { partial, message } = await failureOf(operation);
  if (partial === undefined) throw new Error(`nothing was kept: ${message}`);
  return partial.properties;
}

const withoutRefused = ({ [refused]: _refused, ...stored }: Members): Members => stored;

// Tens of megabytes go through each process.
describe("a set too large for a failure to carry", { timeout: 240_000 }, () => {
  it("keeps in the state, packed, what was stored when one subject is refused: a refresh unpacks it, an update sends only the rest", async () => {
    expect(JSON.stringify(plain).length).toBeGreaterThan(8 * 1024 * 1024);
    await withHost(async ({ host, emulator, another }) => {
      refuse(emulator);
      const state = await stateAfter(createSet(host.set, setInputs(plain)));
      // As the documentation says how to read it.
      const unpacked = gunzipSync(Buffer.from(String(state.subjects).replace("gzip:", ""), "base64")).toString();
      expect(parsed(unpacked)).toEqual(withoutRefused(plain));
      emulator.faults.clear();
      const { outputs, inputs } = await (await another()).set.read("customers", state);
      for (const text of [outputs.subjects, inputs?.subjects]) expect(parsed(text)).toEqual(withoutRefused(plain));
      expect(Object.keys(parsed(outputs.subjectIds))).toHaveLength(count - 1);
      emulator.requests.clear();
      const { set } = await another();
      const updated = await set.update("customers", state, await declareSet(set, state, setInputs(plain)));
      expect(emulator.requests.list().map(({ body }) => body)).toEqual([[{ key: refused, ...plain[refused] }]]);
      expect(parsed(updated.subjects)).toEqual(plain);
      expect(Object.keys(parsed(updated.subjectIds))).toHaveLength(count);
    });
  });

  longIt("is updated, with its companion, and deleted from a packed state", async () => {
    await withHost(async ({ host, emulator, another }) => {
      refuse(emulator);
      const outputs = await stateAfter(createSet(host.set, setInputs(plain)));
      emulator.faults.clear();
      const members = {
        ...membersInputs(outputs),
        subjectIds: JSON.stringify({ c8: emulator.subjects.get("c8")?.id }),
      };
      const { c8: _removed, ...rest } = withoutRefused(plain);
      const run = await another();
      const { state, deletePhase } = await updateWithMembers(run, { outputs, members }, setInputs(rest));
      await deletePhase();
      expect(emulator.subjects.size).toBe(count - 2);
      expect(Object.keys(parsed(state.members.subjectIds))).toHaveLength(count - 2);
      await (await another()).set.delete("customers", outputs);
      expect(emulator.subjects.size).toBe(0);
    });
  });

  it("leaves the state when it is too large even packed, says so with every reason, and the next run makes it whole", async () => {
    await withHost(async ({ host, emulator, another }) => {
      refuse(emulator);
      const inputs = setInputs(dense);
      const { message, partial } = await failureOf(createSet(host.set, inputs));
      expect(partial).toBeUndefined();
      expect(message).toMatch(
        /^set "customers": 500 of 501 changes were made, 1 failed: "z": OpenMeter answered 400 Bad Request: text is too long\. /,
      );
      expect(message).toMatch(
        /the state stays as it was, .*run pulumi up --refresh, which continues from what is there/,
      );
      const ids = emulator.subjects.list().map(({ id }) => id);
      emulator.faults.clear();
      const outputs = await createSet((await another()).set, inputs);
      expect(emulator.subjects.list().filter(({ id }) => ids.includes(id))).toHaveLength(count - 1);
      expect(Object.keys(parsed(outputs.subjectIds))).toHaveLength(count);
    });
  });
});
