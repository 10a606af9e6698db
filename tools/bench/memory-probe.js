/**
 * Preloaded into every Node.js process of a measured operation; the one that hosts the provider notes its peak memory in a
 * file of its own. On an interval, because the engine kills that process when it is done.
 */
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const INTERVAL_MS = 50;
const folder = process.env.BENCH_MEMORY_FOLDER;

if (folder !== undefined && /dynamic-provider/.test(process.argv[1] ?? "")) {
  const file = join(folder, String(process.pid));
  let peak = 0;
  const note = () => {
    const bytes = residentBytes();
    if (bytes <= peak) return;
    peak = bytes;
    writeFileSync(file, String(peak));
  };
  setInterval(note, INTERVAL_MS).unref();
  process.once("exit", note);
}

/** Linux knows the peak of this very program; `ru_maxrss` there still counts the engine from which it was forked. */
function residentBytes() {
  if (process.platform !== "linux") return process.memoryUsage.rss();
  const [, kilobytes = "0"] = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}
