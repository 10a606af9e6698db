import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "./child";
import { dynamicHostShim, writeDynamicHostShim } from "./shim";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "shim-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A stand-in for Pulumi's host, installed in the program's folder: prints its process and its arguments. */
async function installHost(program: string): Promise<void> {
  const host = path.join(program, "node_modules", "@pulumi", "pulumi", "cmd", "dynamic-provider");
  await mkdir(host, { recursive: true });
  await writeFile(path.join(host, "index.js"), "console.log(JSON.stringify([process.ppid, ...process.argv.slice(2)]))");
}

describe.skipIf(process.platform === "win32")("the dynamic host's launcher", () => {
  it("becomes the host of the program's folder, with its arguments untouched", async () => {
    await writeDynamicHostShim(folder, process.platform);
    const program = path.join(folder, "a program");
    await installHost(program);
    const launcher = path.join(folder, "pulumi-resource-pulumi-nodejs");
    const output = await run(launcher, ["127.0.0.1:1234", "two words", "$HOME"], { cwd: program });
    // The host's parent is this process: no shell is left between, which would survive or hide a kill.
    expect(JSON.parse(output)).toEqual([process.pid, "127.0.0.1:1234", "two words", "$HOME"]);
  });

  it("fails where @pulumi/pulumi is not installed", async () => {
    await writeDynamicHostShim(folder, process.platform);
    const launcher = path.join(folder, "pulumi-resource-pulumi-nodejs");
    await expect(run(launcher, [], { cwd: folder })).rejects.toThrow(/Cannot find module '@pulumi\/pulumi/);
  });
});

it("is a command file with Windows line ends on Windows", () => {
  const { file, text } = dynamicHostShim("win32");
  expect(file).toBe("pulumi-resource-pulumi-nodejs.cmd");
  expect(text.startsWith("@echo off\r\n")).toBe(true);
  expect(text.replaceAll("\r\n", "")).not.toContain("\n");
});
