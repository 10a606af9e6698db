/** What the story needs of the machine, found out before anything is made. */
import { statfs } from "node:fs/promises";
import { createServer } from "node:net";

/** The story's state and what the engine unpacks. Making an engine takes more, and says so by itself. */
const leastFreeBytes = 300_000_000;

/**
 * What this machine lacks, each with what to do; empty when all is well.
 *
 * @param freeBytes of the disk that `folder` is on
 * @param listen opens a port on the loopback interface and closes it again
 */
export async function lacking(
  folder: string,
  freeBytes: (folder: string) => Promise<number> = freeBytesOf,
  listen: () => Promise<void> = listenOnce,
): Promise<string[]> {
  const [free, refusal] = await Promise.all([freeBytes(folder), listen().then(() => undefined, reasonOf)]);
  return [
    ...(free < leastFreeBytes
      ? [
          `The disk of ${folder} has ${megabytes(free)} MB left; ${megabytes(leastFreeBytes)} are needed. Make room, or set TMPDIR to a folder on another disk.`,
        ]
      : []),
    ...(refusal === undefined
      ? []
      : [
          `No port can be opened on 127.0.0.1 (${refusal}), and the embedded server needs one. Look for a firewall or a sandbox that forbids it.`,
        ]),
  ];
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function listenOnce(): Promise<void> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => server.close(() => done()));
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function megabytes(bytes: number): string {
  return Math.floor(bytes / 1_000_000).toLocaleString("en-US");
}
