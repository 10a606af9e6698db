import { runtime } from "@pulumi/pulumi";

/** What the engine was asked to register. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly id: string | undefined;
}

/** A new run of a program, without an engine: what is registered from now on is answered with its own inputs and this state. */
export async function startRun(
  state: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly registered: Registered[] }> {
  const registered: Registered[] = [];
  await runtime.setMocks({
    call: () => ({}),
    newResource: ({ type, name, inputs, id }) => {
      const { __provider: _code, ...declared } = inputs;
      registered.push({ type, name, inputs, id: id === "" ? undefined : id });
      return { id: id || declared.key, state: { ...declared, ...state } };
    },
  });
  return { registered };
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
