import type { TestProject } from "vitest/node";
import { packProvider } from "../engine/packed-package";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the unpacked provider. */
    readonly packedProvider: string;
  }
}

/** Packs the provider once for all examples. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const packed = await packProvider();
  project.provide("packedProvider", packed.folder);
  return () => packed.remove();
}
