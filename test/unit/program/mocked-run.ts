import { type Resource, runtime } from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";

/** What the engine was asked to register. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly id: string | undefined;
}

/** The options with which it was asked, as far as tests look at them. */
export interface RegisteredOptions {
  readonly parent: string;
  readonly dependencies: readonly string[];
  readonly aliases: readonly unknown[];
  readonly provider: string;
  readonly version: string;
  readonly pluginDownloadURL: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly deleteBeforeReplaceIsSet: boolean;
}

export interface MockedRun {
  readonly registered: Registered[];
  /** Options by type. */
  readonly options: Map<string, RegisteredOptions>;
}

/** A new run of a program, without an engine: what is registered from now on is answered with its own inputs and this state. */
export async function startRun(state: Readonly<Record<string, unknown>> = {}): Promise<MockedRun> {
  const registered: Registered[] = [];
  const options = new Map<string, RegisteredOptions>();
  await runtime.setMocks({
    call: () => ({}),
    newResource: ({ type, name, inputs, id }) => {
      const { __provider: _code, ...declared } = inputs;
      registered.push({ type, name, inputs, id: id === "" ? undefined : id });
      return { id: id || declared.key || name, state: { ...declared, ...state } };
    },
  });
  const monitor = runtime.getMonitor();
  if (monitor === undefined) throw new Error("there are no mocks");
  const register = monitor.registerResource.bind(monitor);
  const listen = (request: RegisterRequest, ...rest: unknown[]): unknown => {
    options.set(request.getType(), {
      parent: request.getParent(),
      dependencies: request.getDependenciesList(),
      aliases: request.getAliasesList().map((alias) => alias.getUrn() || compact(alias.getSpec()?.toObject() ?? {})),
      provider: request.getProvider(),
      version: request.getVersion(),
      pluginDownloadURL: request.getPlugindownloadurl(),
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      deleteBeforeReplace: request.getDeletebeforereplace(),
      deleteBeforeReplaceIsSet: request.getDeletebeforereplacedefined(),
    });
    return Reflect.apply(register, monitor, [request, ...rest]);
  };
  Reflect.set(monitor, "registerResource", listen);
  return { registered, options };
}

type RegisterRequest = InstanceType<typeof RegisterResourceRequest>;

function compact(spec: object): object {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== "" && value !== false));
}

/** Waits until resources and all that they bring along are registered. */
export async function registration(...resources: readonly Resource[]): Promise<void> {
  await Promise.all(resources.map(({ urn }) => resolved(urn)));
  await runtime.disconnect();
}

/** The value of an output. */
export function resolved<T>(output: { apply<U>(use: (value: T) => U): unknown }): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

/**
 * The error of a registration that fails after the constructor returned. Pulumi lets such an error end the program, as an
 * unhandled rejection; here it is taken before the test runner sees it.
 */
export async function lateFailureOf(program: () => void): Promise<string> {
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  const messages: string[] = [];
  const failed = new Promise<void>((resolve) => {
    process.on("unhandledRejection", (reason) => {
      messages.push(String(reason));
      // Pulumi reports one failure through several promises, all within one turn of the event loop.
      setImmediate(resolve);
    });
  });
  try {
    program();
    await failed;
  } finally {
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
  return messages.join("\n");
}
