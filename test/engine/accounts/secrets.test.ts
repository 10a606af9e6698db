import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { getSubjectOutput, Subject } from "pulumi-openmeter";
import { describe, expect, it } from "vitest";
import { declares } from "../promise/scene";
import { apiKeys, sharedAccounts } from "./scene";

const loud = { logVerbosity: 9, logToStdErr: true } as const;

/** What engine and SDK log of their own at this level: inputs for providers, and answers. Both in clear, as docs/secrets.md says. */
const ofPulumi = /Marshaling property for RPC\[|RegisterResource RPC finished/;

describe("the keys of two accounts", () => {
  const accounts = sharedAccounts();

  it("are in no log and no message, and in the state only encrypted, whatever the servers say", async () => {
    const { stack, servers, provider } = accounts();
    const program = (displayName: string) =>
      declares(() => {
        const [eu, us] = [provider("eu"), provider("us")];
        const acme = new Subject("eu", { key: "acme", displayName }, { provider: eu });
        new Subject("us", { key: "acme", displayName }, { provider: us });
        getSubjectOutput({ key: acme.key }, { provider: eu });
      });
    const read: string[] = [];
    const keep = ({ stdout, stderr }: { stdout: string; stderr: string }) => read.push(stdout, stderr);
    keep(await stack.up(program("Acme"), { ...loud, unsettledBecause: "the logs are read" }));
    keep(await stack.stack.refresh(loud));
    read.push((await stack.preview(program("Acme 2"))).text);
    for (const { faults } of [servers.eu, servers.us]) {
      faults.add({ kind: "status", status: 400, echoRequest: true, match: { method: "POST" }, times: 2 });
    }
    read.push(await stack.failingUp(program("Acme 3"), { ...loud, continueOnError: true }));
    for (const name of ["eu", "us"] as const) {
      const { faults } = servers[name];
      faults.clear();
      faults.add({ kind: "redirect", location: `https://elsewhere.example/?token=${apiKeys[name]}` });
    }
    read.push(await stack.failingUp(program("Acme 4"), { ...loud, continueOnError: true }));
    for (const { faults } of [servers.eu, servers.us]) {
      faults.clear();
    }
    read.push(await stack.cli("stack", "export"));
    const files = await readdir(join(stack.folder, ".pulumi"), { recursive: true, withFileTypes: true });
    for (const file of files.filter((one) => one.isFile())) {
      read.push(await readFile(join(file.parentPath, file.name), "utf8"));
    }
    expect(read.join("")).toMatch(
      /"openmeter:apiKey": *\{\s*"4dabf18193072939515e22adb298388d": *"\w+",\s*"ciphertext"/,
    );
    const lines = read.flatMap((text) => text.split("\n"));
    expect(lines.length).toBeGreaterThan(1000);
    const betraying = lines.filter((line) => line.includes("never-to-be-seen"));
    expect(betraying.filter((line) => !ofPulumi.test(line)).map((line) => line.slice(0, 400))).toEqual([]);
  });
});
