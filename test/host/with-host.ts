import { type Emulator, type EmulatorOptions, startEmulator } from "openmeter-emulator";
import { DynamicHost, type HostOptions } from "./dynamic-host";

/** What a test on the dynamic host has at hand. */
export interface HostTest {
  readonly host: DynamicHost;
  readonly emulator: Emulator;
  /** Another run of the engine: another process of the host on the same server. */
  another(options?: HostOptions): Promise<DynamicHost>;
}

export interface WithHostOptions extends HostOptions {
  readonly emulator?: EmulatorOptions;
}

/** Runs a test with an emulator and a dynamic host of its own, and ends both whatever happens. */
export async function withHost(
  test: (context: HostTest) => Promise<void>,
  options: WithHostOptions = {},
): Promise<void> {
  const { emulator: emulatorOptions, ...hostOptions } = options;
  const emulator = await startEmulator(emulatorOptions);
  const hosts: DynamicHost[] = [];
  const another = async (more: HostOptions = {}): Promise<DynamicHost> => {
    const config = {
      "openmeter:baseUrl": emulator.url,
      "openmeter:maxRetries": "2",
      ...hostOptions.config,
      ...more.config,
    };
    const host = await DynamicHost.start({ ...hostOptions, ...more, config });
    hosts.push(host);
    return host;
  };
  try {
    await test({ host: await another(), emulator, another });
  } finally {
    await Promise.all(hosts.map((host) => host.stop()));
    await emulator.close();
  }
}
