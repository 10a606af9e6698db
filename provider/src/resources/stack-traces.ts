/**
 * Pulumi's runtime takes four stack traces for each property of a resource, to tell which promise never resolved; it shows
 * them only if `PULUMI_DEBUG_PROMISE_LEAKS` is set. They are most of what it costs to make a resource: some 5 ms.
 */

/**
 * Has `new Error()` take no stack trace from now on, unless somebody looks for such a promise. Where the resource stands in
 * the program, Pulumi finds out with a limit of its own.
 *
 * @returns what ends that
 */
export function suspendStackTraces(): () => void {
  const { stackTraceLimit } = Error;
  if (!process.env.PULUMI_DEBUG_PROMISE_LEAKS) Error.stackTraceLimit = 0;
  return () => {
    Error.stackTraceLimit = stackTraceLimit;
  };
}

/**
 * Gives an error that was made meanwhile, and so has no trace, the one of whoever called a function: the program's own line.
 *
 * @returns the error
 */
export function retraced(error: unknown, caller: abstract new (...args: never[]) => unknown): unknown {
  if (error instanceof Error && !/\n\s+at /.test(error.stack ?? "")) Error.captureStackTrace(error, caller);
  return error;
}
