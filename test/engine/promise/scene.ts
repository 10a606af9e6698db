import type { CustomResourceOptions, Input, Resource } from "@pulumi/pulumi";
import { Subject, SubjectSet, type SubjectSetArgs } from "pulumi-openmeter";
import { expect } from "vitest";
import type { Program, TestStack } from "../stack";

/** A program as code. */
export function declares(run: () => unknown): Program {
  return {
    holds: {},
    run: async () => {
      await run();
      return undefined;
    },
  };
}

/** A set whose subjects have a key and nothing else. */
export function set(
  name: string,
  keys: readonly Input<string>[],
  options?: CustomResourceOptions,
  args?: Partial<SubjectSetArgs>,
): SubjectSet {
  return new SubjectSet(name, { subjects: keys.map((key) => ({ key })), ...args }, options);
}

/** A subject that has a key and nothing else. */
export function subject(name: string, key: Input<string>, options?: CustomResourceOptions): Subject {
  return new Subject(name, { key }, options);
}

/** The given number of keys: `k1`, `k2` and so on. */
export function keysUpTo(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `k${index + 1}`);
}

/** Ends when the engine has answered: outside of a preview, when all that it does for this resource is done. */
export function registered(resource: Resource): Promise<void> {
  return new Promise((resolve) => {
    resource.urn.apply(() => resolve());
  });
}

/** The name by which commands and aliases know a resource of no component. */
export function urn(type: "Subject" | "SubjectSet" | "SubjectSetMembers", name: string): string {
  return `urn:pulumi:test::subjects::pulumi-nodejs:dynamic/openmeter:${type}::${name}`;
}

/** Carries out one step, after which these subjects must be the very records that they were before, also when it fails. */
export async function keeping<T>(test: TestStack, keys: readonly string[], step: () => Promise<T>): Promise<T> {
  const records = () => Object.fromEntries(keys.map((key) => [key, test.emulator.subjects.get(key)?.id ?? "absent"]));
  const before = records();
  expect(Object.values(before), "subjects before the step").not.toContain("absent");
  const [outcome] = await Promise.allSettled([step()]);
  expect(records(), "the records after the step").toEqual(before);
  if (outcome.status === "rejected") {
    throw outcome.reason;
  }
  return outcome.value;
}

/** Carries out `step` and returns the keys of the subjects that DELETE requests named during it, one for each request, sorted. */
export async function deletedDuring(test: TestStack, step: () => Promise<unknown>): Promise<string[]> {
  test.emulator.requests.clear();
  await step();
  return writesOf(test)
    .flatMap(([method, key]) => (method === "DELETE" ? [key] : []))
    .sort();
}

/** What has been asked of the server since the log was cleared: `["POST", "k1"]` for each subject written, `["DELETE", "k1"]`. */
export function writesOf({ emulator }: Pick<TestStack, "emulator">): [method: string, key: string][] {
  return emulator.requests.list().flatMap(({ method, path, body }): [string, string][] => {
    if (method === "POST" && Array.isArray(body)) return body.map(({ key }) => [method, key]);
    const idOrKey = decodeURIComponent(path.slice(path.lastIndexOf("/") + 1));
    return method === "DELETE" ? [[method, emulator.subjects.getById(idOrKey)?.key ?? idOrKey]] : [];
  });
}
