import { describe, expect, it } from "vitest";
import { engineCache, engineFolder, type Machine, programFile } from "./location";
import { ENGINE_VERSION } from "./version";

const linux: Machine = { platform: "linux", arch: "x64", env: {}, home: "/home/ada" };
const mac: Machine = { platform: "darwin", arch: "arm64", env: {}, home: "/Users/ada" };
const windows: Machine = { platform: "win32", arch: "x64", env: {}, home: "C:\\Users\\ada" };

describe("engineCache", () => {
  it.each<[string, Machine, string]>([
    ["Linux", linux, "/home/ada/.cache/pulumi-openmeter"],
    ["Linux with XDG_CACHE_HOME", { ...linux, env: { XDG_CACHE_HOME: "/cache" } }, "/cache/pulumi-openmeter"],
    [
      "Linux with a relative XDG_CACHE_HOME",
      { ...linux, env: { XDG_CACHE_HOME: "cache" } },
      "/home/ada/.cache/pulumi-openmeter",
    ],
    ["macOS", mac, "/Users/ada/Library/Caches/pulumi-openmeter"],
    [
      "macOS, where XDG means nothing",
      { ...mac, env: { XDG_CACHE_HOME: "/cache" } },
      "/Users/ada/Library/Caches/pulumi-openmeter",
    ],
    ["Windows", windows, "C:\\Users\\ada\\AppData\\Local\\pulumi-openmeter"],
    ["Windows with LOCALAPPDATA", { ...windows, env: { LOCALAPPDATA: "D:\\local" } }, "D:\\local\\pulumi-openmeter"],
    ["a folder of one's own", { ...linux, env: { PULUMI_OPENMETER_ENGINE_DIR: "/engines" } }, "/engines"],
    ["an empty setting", { ...linux, env: { PULUMI_OPENMETER_ENGINE_DIR: "" } }, "/home/ada/.cache/pulumi-openmeter"],
  ])("%s", (_title, machine, folder) => {
    expect(engineCache(machine)).toBe(folder);
  });
});

describe("names", () => {
  it("tell version, platform and making apart", () => {
    expect(engineFolder(linux, "official")).toBe(`engine-v${ENGINE_VERSION}-linux-x64`);
    expect(engineFolder(mac, "go")).toBe(`engine-v${ENGINE_VERSION}-darwin-arm64-go`);
  });

  it("end in .exe on Windows only", () => {
    expect(programFile("pulumi", "win32")).toBe("pulumi.exe");
    expect(programFile("pulumi", "linux")).toBe("pulumi");
  });
});
