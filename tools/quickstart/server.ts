import { randomBytes } from "node:crypto";
import { OpenMeter } from "@openmeter/sdk";
import { startEmulator } from "openmeter-emulator";

/** The OpenMeter that the story plays on. */
export interface Server {
  readonly url: string;
  readonly apiKey: string | undefined;
  /** Every key of the story starts with it; nothing else is touched. */
  readonly keyPrefix: string;
  /** Says which server it is, before anything is done to it. */
  readonly introduction: string;
  /** Keys of the story's subjects that exist. */
  keys(): Promise<string[]>;
  /** Changes a subject as somebody else would, without Pulumi. */
  change(name: string, fields: { displayName: string; metadata: Record<string, unknown> }): Promise<void>;
  /** Deletes what an interrupted story left behind. */
  removeLeftovers(): Promise<void>;
  close(): Promise<void>;
}

/** The server that the environment names together with a key, else an emulator of our own. */
export async function chooseServer(env: NodeJS.ProcessEnv): Promise<Server> {
  const apiKey = env.OPENMETER_API_KEY ?? env.OPENMETER_TOKEN;
  if (env.OPENMETER_URL !== undefined && env.OPENMETER_URL !== "" && apiKey !== undefined && apiKey !== "") {
    const keyPrefix = `quickstart-${randomBytes(4).toString("hex")}-`;
    const introduction = `Using ${env.OPENMETER_URL} (from OPENMETER_URL). Only subjects whose key starts with ${keyPrefix} are touched, and removed at the end.`;
    return { ...story(env.OPENMETER_URL, apiKey, keyPrefix), introduction, close: async () => {} };
  }
  const emulator = await startEmulator();
  const ignored = env.OPENMETER_URL ? " OPENMETER_URL is set, but no OPENMETER_API_KEY, so it is not used." : "";
  const introduction = `Using an embedded emulator of OpenMeter's Subject API at ${emulator.url}.${ignored}`;
  return { ...story(emulator.url, undefined, "quickstart-"), introduction, close: () => emulator.close() };
}

function story(url: string, apiKey: string | undefined, keyPrefix: string): Omit<Server, "introduction" | "close"> {
  const { subjects } = new OpenMeter({ baseUrl: url, ...(apiKey !== undefined && { apiKey }) });
  const own = async () => ((await subjects.list()) ?? []).filter(({ key }) => key.startsWith(keyPrefix));
  return {
    url,
    apiKey,
    keyPrefix,
    keys: async () => (await own()).map(({ key }) => key),
    change: async (name, fields) => {
      await subjects.upsert({ key: `${keyPrefix}${name}`, ...fields });
    },
    removeLeftovers: async () => {
      for (const { id } of await own()) await subjects.delete(id);
    },
  };
}
