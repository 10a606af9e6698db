import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Server } from "./server";

let server: Server;
beforeAll(async () => {
  server = await Server.open();
});
afterAll(() => server.close());

describe("the subjects of a customer's subject keys", () => {
  test("are made by POST, with metadata that says by whom", async () => {
    const [key, subjectKey] = [server.key(), server.key()];
    const { id } = await server.create({ key, name: "One", usageAttribution: { subjectKeys: [subjectKey] } });
    const subject = await server.target.read(subjectKey);
    expect(subject.metadata).toEqual({ createdBy: "subject.provisioner", customerId: id });
    expect(subject).not.toHaveProperty("displayName");
  });

  test("are made by PUT where they are missing, also by one that changes nothing", async () => {
    const [key, one, two] = [server.key(), server.key(), server.key()];
    const body = { key, name: "One", usageAttribution: { subjectKeys: [one, two] } };
    await server.create({ ...body, usageAttribution: { subjectKeys: [one] } });
    await server.replace(key, body);
    expect((await server.target.read(two)).metadata).toMatchObject({ createdBy: "subject.provisioner" });
    await server.target.delete(two);
    await server.replace(key, body);
    expect((await server.target.read(two)).metadata).toMatchObject({ createdBy: "subject.provisioner" });
  });

  test("stay as they are where they are there", async () => {
    const [key, subjectKey] = [server.key(), server.key()];
    const before = await server.target.upsertOne({ key: subjectKey, displayName: "Mine", metadata: { a: 1 } });
    const body = { key, name: "Mine", usageAttribution: { subjectKeys: [subjectKey] } };
    // With the subject→customer hook the subject has a customer, which has to let it go.
    await server.delete(subjectKey);
    await server.create(body);
    await server.replace(key, body);
    expect(await server.target.read(subjectKey)).toEqual(before);
  });

  test("are not made for the customer's own key", async () => {
    const key = server.key();
    await server.create({ key, name: "One" });
    expect(await server.target.get(key)).toMatchObject({ status: 404 });
  });

  test("stay when a PUT drops their keys", async () => {
    const [key, subjectKey] = [server.key(), server.key()];
    await server.create({ key, name: "One", usageAttribution: { subjectKeys: [subjectKey] } });
    await server.replace(key, { key, name: "One" });
    expect(await server.target.read(subjectKey)).not.toHaveProperty("deletedAt");
  });
});

describe("without the subject→customer hook", () => {
  test("subjects leave customers as they are", async ({ skip }) => {
    skip(await server.target.hasSubjectHook(), "the server has the hook on");
    const key = server.key();
    await server.target.upsertOne({ key, displayName: "Subject" });
    expect(await server.get(key)).toMatchObject({ status: 404 });
    const created = await server.create({ key, name: "Customer", usageAttribution: { subjectKeys: [key] } });
    await server.target.upsertOne({ key, displayName: "Other" });
    await server.target.delete(key);
    expect(await server.read(key)).toEqual(created);
  });
});
