import { output, secret } from "@pulumi/pulumi";
import { Subject } from "pulumi-openmeter";
import { describe, expect, it } from "vitest";
import { longIt } from "../sample";
import { given, withStack } from "./stack";

describe("values of other resources", () => {
  it("may be a key or stand anywhere in metadata, and are unknown in the first preview", async () => {
    await withStack(async (test) => {
      const program = {
        holds: { host: { metadata: { zone: "eu" } } },
        run: async () => {
          const host = new Subject("host", { key: "host", metadata: { zone: "eu" } });
          new Subject("disk", {
            key: host.subjectId,
            metadata: { host: { id: host.subjectId, tags: ["disk", host.subjectId] }, size: 5 },
          });
          return undefined;
        },
      };
      const { steps } = await test.preview(program);
      expect(steps.map(({ name, op }) => ({ name, op }))).toEqual([
        { name: "host", op: "create" },
        { name: "disk", op: "create" },
      ]);
      await test.up(program);
      const id = test.emulator.subjects.get("host")?.id ?? "";
      expect(test.emulator.subjects.get(id)?.metadata).toEqual({ host: { id, tags: ["disk", id] }, size: 5 });
    });
  });

  it("announce no replacement while they leave the key unknown; up replaces it if it is another one", async () => {
    await withStack(async (test) => {
      const program = (key: string) => ({
        holds: {},
        run: async () => {
          const host = new Subject("host", { key });
          new Subject("disk", { key: output(host.subjectId).apply((id) => `disk-of-${id}`) });
          return undefined;
        },
      });
      await given(test, program("host-1"));
      const { steps } = await test.preview(program("host-2"));
      expect(steps.filter(({ name }) => name === "disk").map(({ op }) => op)).toEqual(["update"]);
      await test.up(program("host-2"));
      const id = test.emulator.subjects.get("host-2")?.id;
      expect(test.emulator.subjects.list().map(({ key }) => key)).toEqual(["host-2", `disk-of-${id}`]);
    });
  });
});

describe("secret values", () => {
  const program = (token: string) => ({
    holds: { acme: { metadata: { token, plan: "pro" } } },
    run: async () => {
      new Subject("acme", { key: "acme", displayName: "Acme", metadata: { token: secret(token), plan: "pro" } });
      return undefined;
    },
  });

  longIt("are stored in OpenMeter, encrypted in the state and masked in what is shown", async () => {
    await withStack(async (test) => {
      const { stdout } = await test.up(program("hush-hush-1"));
      const { text } = await test.preview(program("hush-hush-2"));
      await test.up(program("hush-hush-2"));
      for (const shown of [stdout, text, await test.stateText()]) expect(shown).not.toContain("hush-hush");
      expect(text).toContain("[secret]");
    });
  });

  longIt("stay secret through drift and refresh", async () => {
    await withStack(async (test) => {
      await test.up(program("hush-hush"));
      test.emulator.subjects.upsert({ key: "acme", metadata: { token: "hush-drifted", plan: "pro" } });
      const { steps, text } = await test.preview(program("hush-hush"), { refresh: true });
      expect(steps.map(({ name, op }) => ({ name, op }))).toEqual([{ name: "acme", op: "update" }]);
      expect(text).not.toContain("hush");
      await test.stack.refresh();
      expect(await test.stateText()).not.toContain("hush");
      await test.up(program("hush-hush"));
    });
  });

  longIt(
    "stay out of the error when OpenMeter stores something else, while other fields are named with both values",
    async () => {
      await withStack(async (test) => {
        test.emulator.faults.add({
          kind: "alter",
          match: { method: "POST" },
          change: (answer) =>
            Array.isArray(answer)
              ? answer.map((one) => ({ ...one, displayName: "ACME", metadata: { token: "hush-other" } }))
              : answer,
        });
        const message = await test.failingUp(program("hush-hush"));
        expect(message).toContain('displayName is "ACME" in OpenMeter and "Acme" in the program');
        expect(message).toContain("metadata is [secret] in OpenMeter and [secret] in the program");
        expect(message).not.toContain("hush");
        expect(await test.stateNames()).toEqual(["acme"]);
        await test.up(program("hush-hush"));
      });
    },
  );
});

describe("Subject.get", () => {
  it("looks up all fields of a subject that the program does not manage, and leaves it alone", async () => {
    await withStack(async (test) => {
      const foreign = {
        key: "foreign/1",
        displayName: "Foreign",
        stripeCustomerId: "cus_1",
        metadata: { plan: "pro" },
      };
      test.emulator.subjects.upsert(foreign);
      const program = {
        holds: {},
        run: async () => {
          const { key, displayName, stripeCustomerId, metadata, subjectId } = Subject.get("found", "foreign/1");
          return { key, displayName, stripeCustomerId, metadata, subjectId };
        },
      };
      await test.up(program);
      const outputs = await test.outputs();
      const values = Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
      expect(values).toEqual({ ...foreign, subjectId: test.emulator.subjects.get("foreign/1")?.id });
      await test.stack.destroy();
      expect(test.emulator.subjects.get("foreign/1")).toMatchObject(foreign);
    });
  });

  it("fails with the key when there is no such subject", async () => {
    await withStack(async (test) => {
      const program = { holds: {}, run: async () => ({ plan: Subject.get("found", "nobody").metadata }) };
      expect(await test.failingPreview(program)).toMatch(/there is no subject "nobody" in OpenMeter/);
    });
  });
});
