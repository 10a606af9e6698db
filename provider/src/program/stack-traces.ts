import { RunError } from "@pulumi/pulumi";

/**
 * What traces of errors cost in a program.
 *
 * Pulumi's runtime takes four stack traces for each property of a resource, to tell which promise never resolved; it shows
 * them only if `PULUMI_DEBUG_PROMISE_LEAKS` is set. In a TypeScript program they are most of what it costs to make a resource.
 */

/**
 * Lets `new Error()` take no trace once Pulumi has run the transformations of a resource of this class, whose errors are the
 * user's own. The constructor of the class ends that by {@link resumeTraces}.
 *
 * Leans on Pulumi's constructor of resources, which assigns the internal field `__name` right after the transformations. If
 * it does not any more, resources are made as slowly as others; if it does so earlier, the test of transformations fails.
 */
export function skipTracesAfterTransformations(resourceClass: { readonly prototype: object }): void {
  Object.defineProperty(resourceClass.prototype, "__name", {
    configurable: true,
    set(value: unknown) {
      Object.defineProperty(this, "__name", { value, writable: true, enumerable: true, configurable: true });
      if (!process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
        Error.stackTraceLimit = 0;
      }
    },
  });
}

/** Lets `new Error()` take traces again, of so many lines as before. */
export function resumeTraces(limit: number): void {
  Error.stackTraceLimit = limit;
}

/**
 * Gives an error that was made without a trace that of whoever called a function: the program's own line.
 *
 * @returns the error
 */
export function retraced(error: unknown, caller: abstract new (...args: never[]) => unknown): unknown {
  if (error instanceof Error && !/\n\s+at /.test(error.stack ?? "")) {
    Error.captureStackTrace(error, caller);
  }
  return error;
}

/**
 * An error of the user's, whose message says all.
 *
 * Pulumi colours the trace of each error that ends a program, even of those whose message alone it shows. For a line that names
 * a file right below the folder of a scope, such as `node_modules/@pulumi/output.ts`, Node.js 20 and 22 take a minute and
 * 3.7 GB for that. Such a line is there where the error arises in an `apply`; it is left out.
 */
export function runError(message: string): RunError {
  const error = new RunError(message);
  const lines = (error.stack ?? "").split("\n");
  error.stack = lines.filter((line) => !/node_modules[\\/]@[^\\/]+[\\/][^\\/]+$/.test(line)).join("\n");
  return error;
}

/**
 * Takes the trace off a {@link runError} that arises when the program has been run already: no line of it is the program's,
 * and Pulumi would show it then.
 *
 * @returns the error
 */
export function untraced(error: unknown): unknown {
  if (RunError.isInstance(error)) {
    error.stack = error.message;
  }
  return error;
}
