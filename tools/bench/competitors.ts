import { dirname } from "node:path";
import type { Kind, Operation } from "./sample";

/** One way to bring subjects or customers to the server. */
export interface Competitor {
  readonly name: string;
  readonly kind: Kind;
  /** The program that Pulumi runs, or the script. */
  readonly program: string;
  /** Absent for a program that Pulumi runs: the arguments of a plain script. */
  readonly scriptArguments?: readonly string[];
  /** Whether it brings them to the server at all. */
  readonly writes: boolean;
}

export const FLOOR = "floor";
export const SUBJECT = "Subject";
export const BY_PROVIDERS = "3 Providers";
export const SUBJECT_SET = "SubjectSet";
export const DYNAMIC_RESOURCE = "dynamic.Resource";
export const SCRIPT_ONCE = "SDK, 1 upsert";
export const SCRIPT_CHUNKS = "SDK, by 100";
export const CUSTOMER = "Customer";
export const CUSTOMER_SET = "CustomerSet";
export const SCRIPT_EACH = "SDK, one by one";

const script = require.resolve("./competitors/sdk-script/index.js");

export const competitors: readonly Competitor[] = [
  { name: FLOOR, kind: "singles", program: require.resolve("./competitors/floor/index.js"), writes: false },
  { name: SUBJECT, kind: "singles", program: require.resolve("./competitors/subject/index.js"), writes: true },
  {
    name: DYNAMIC_RESOURCE,
    kind: "singles",
    program: require.resolve("./competitors/dynamic-resource/index.js"),
    writes: true,
  },
  { name: SUBJECT, kind: "accounts", program: require.resolve("./competitors/subject/index.js"), writes: true },
  {
    name: BY_PROVIDERS,
    kind: "accounts",
    program: require.resolve("./competitors/subject-by-providers/index.js"),
    writes: true,
  },
  { name: FLOOR, kind: "sets", program: require.resolve("./competitors/floor-set/index.js"), writes: false },
  { name: SUBJECT_SET, kind: "sets", program: require.resolve("./competitors/subject-set/index.js"), writes: true },
  { name: SCRIPT_ONCE, kind: "sets", program: script, scriptArguments: [], writes: true },
  { name: SCRIPT_CHUNKS, kind: "sets", program: script, scriptArguments: ["100"], writes: true },
  { name: FLOOR, kind: "customers", program: require.resolve("./competitors/customer-floor/index.js"), writes: false },
  { name: CUSTOMER, kind: "customers", program: require.resolve("./competitors/customer/index.js"), writes: true },
  {
    name: SUBJECT_SET,
    kind: "customerSets",
    program: require.resolve("./competitors/subject-set/index.js"),
    writes: true,
  },
  {
    name: CUSTOMER_SET,
    kind: "customerSets",
    program: require.resolve("./competitors/customer-set/index.js"),
    writes: true,
  },
  {
    name: SCRIPT_EACH,
    kind: "customerSets",
    program: require.resolve("./competitors/customer-script/index.js"),
    scriptArguments: [],
    writes: true,
  },
];

/** The folder in which the floor's `__provider` finds its module, by a name as short as the package's. */
export const providersFolder = dirname(dirname(require.resolve("./competitors/do-nothing/provider.js")));

/** A script has no state: it sends everything each time, so that all of its runs are like the first one. */
export function canDo({ scriptArguments }: Competitor, operation: Operation): boolean {
  return scriptArguments === undefined || operation === "create";
}
