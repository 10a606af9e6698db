import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";

const PREFIX = ".staging-";

/** A folder in which an engine is made, on the file system of the cache. */
export interface Staging {
  /** The engine's future folder, which is not there yet; its programs go into `bin` under it. */
  readonly root: string;
  /** Room for temporary files, which vanish with the staging folder. */
  readonly scratch: string;
}

/**
 * Has an engine made in a staging folder and moves it to its place in the cache by one rename, so that a folder with an
 * engine's name always holds a finished one. The staging folder is gone afterwards, whatever happened.
 */
export async function publish(
  cacheDir: string,
  folder: string,
  make: (staging: Staging) => Promise<void>,
): Promise<void> {
  const staging = await mkdtemp(path.join(cacheDir, PREFIX));
  const root = path.join(staging, "engine");
  const scratch = path.join(staging, "scratch");
  const target = path.join(cacheDir, folder);
  try {
    await mkdir(scratch);
    await make({ root, scratch });
    // Only an engine that no longer answers can be there: a good one would have been taken instead of making this.
    await remove(target);
    await rename(root, target);
  } finally {
    await remove(staging);
  }
}

/** Removes what dead builds left behind. To be called only while no other process can be building. */
export async function clearLeftovers(cacheDir: string): Promise<void> {
  const entries = await readdir(cacheDir);
  await Promise.all(entries.filter((name) => name.startsWith(PREFIX)).map((name) => remove(path.join(cacheDir, name))));
}

// A compiler that is just ending may still write while its folder is removed, and virus scanners hold on to new files.
function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
