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
  /** Keys of the story's customers and subjects that exist. */
  keys(): Promise<{ readonly customers: string[]; readonly subjects: string[] }>;
  /** Changes a customer as somebody else would, without Pulumi. Its other fields stay. */
  change(name: string, fields: { name: string; metadata: Record<string, string> }): Promise<void>;
  /** Deletes what an interrupted story left behind, and what OpenMeter has added by itself. */
  removeLeftovers(): Promise<void>;
  close(): Promise<void>;
}

/** The server that the environment names together with a key, else an emulator of our own. */
export async function chooseServer(env: NodeJS.ProcessEnv): Promise<Server> {
  const apiKey = env.OPENMETER_API_KEY ?? env.OPENMETER_TOKEN;
  if (env.OPENMETER_URL !== undefined && env.OPENMETER_URL !== "" && apiKey !== undefined && apiKey !== "") {
    const keyPrefix = `quickstart-${randomBytes(4).toString("hex")}-`;
    const introduction = `Using ${env.OPENMETER_URL} (from OPENMETER_URL). Only customers and subjects whose key starts with ${keyPrefix} are touched, and removed at the end.`;
    return { ...story(env.OPENMETER_URL, apiKey, keyPrefix), introduction, close: async () => {} };
  }
  const emulator = await startEmulator();
  const ignored = env.OPENMETER_URL ? " OPENMETER_URL is set, but no OPENMETER_API_KEY, so it is not used." : "";
  const introduction = `Using an embedded emulator of OpenMeter's Customer and Subject APIs at ${emulator.url}.${ignored}`;
  return { ...story(emulator.url, undefined, "quickstart-"), introduction, close: () => emulator.close() };
}

function story(url: string, apiKey: string | undefined, keyPrefix: string): Omit<Server, "introduction" | "close"> {
  const { customers, subjects } = new OpenMeter({ baseUrl: url, ...(apiKey !== undefined && { apiKey }) });
  const isOwn = ({ key = "" }: { key?: string }): boolean => key.startsWith(keyPrefix);
  // OpenMeter looks for the prefix anywhere in the key.
  const ownCustomers = async () => {
    const page = await customers.list({ key: keyPrefix, pageSize: 1_000, orderBy: "id" });
    return (page?.items ?? []).filter(isOwn);
  };
  const ownSubjects = async () => ((await subjects.list()) ?? []).filter(isOwn);
  return {
    url,
    apiKey,
    keyPrefix,
    keys: async () => ({
      customers: (await ownCustomers()).map(({ key = "" }) => key),
      subjects: (await ownSubjects()).map(({ key }) => key),
    }),
    change: async (name, fields) => {
      const key = `${keyPrefix}${name}`;
      const customer = await customers.get(key);
      // The API has no partial update.
      await customers.update(key, { ...customer, ...fields });
    },
    removeLeftovers: async () => {
      for (const { id } of await ownCustomers()) await customers.delete(id);
      for (const { id } of await ownSubjects()) await subjects.delete(id);
    },
  };
}
