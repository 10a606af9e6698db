import type { Emulator, Fault } from "openmeter-emulator";
import { change } from "./others";
import type { StackUnderTrial } from "./stack-under-trial";
import type { Trouble } from "./steps";

/** The faults that make a trouble at one of the servers. */
export function faultsOf(trouble: Trouble, stack: StackUnderTrial, emulator: Emulator): Fault[] {
  switch (trouble.kind) {
    case "hiccup":
      return [{ ...hiccups[trouble.fault], skip: trouble.at }];
    case "outage": {
      const { at: skip, status, applied } = trouble;
      return [{ kind: "status", status, applied, skip, times: Number.POSITIVE_INFINITY }];
    }
    case "refusal":
      return [{ kind: "status", status: trouble.status, skip: trouble.at }];
    case "refused deletion":
      return [{ kind: "status", status: 400, skip: trouble.at, match: { method: "DELETE" } }];
    case "throw":
    case "replace":
      return [];
    case "kill":
      return [
        {
          kind: "call",
          skip: trouble.at,
          ...(trouble.applied ? { after: () => stack.kill() } : { before: () => killed(stack) }),
        },
      ];
    case "cancel":
      return [{ kind: "call", skip: trouble.at, before: () => stack.cancel() }];
    case "writer":
      return [{ kind: "call", skip: trouble.at, before: () => change(stack.servers, trouble.change) }];
    case "hook":
      return [
        {
          kind: "alter",
          match: { method: "POST" },
          times: Number.POSITIVE_INFINITY,
          change: (answer) => hooked(emulator, answer, trouble.displayName),
        },
      ];
  }
}

const hiccups = {
  503: { kind: "status", status: 503 },
  429: { kind: "status", status: 429, retryAfter: "1" },
  before: { kind: "resetBefore" },
  after: { kind: "resetAfter" },
  truncated: { kind: "truncate" },
} as const satisfies Record<string, Fault>;

async function killed(stack: StackUnderTrial): Promise<never> {
  await stack.kill();
  throw new Error("the client is gone before its request was carried out");
}

/** Stores another display name wherever one was sent, and answers with it. */
function hooked({ subjects, requests }: Emulator, answer: unknown, displayName: string): unknown {
  if (!Array.isArray(answer)) {
    return answer;
  }
  return answer.map((subject: { readonly key: string }) => {
    const items = requests.list().flatMap(({ body }) => (Array.isArray(body) ? body : []));
    const sent = items.filter(({ key }) => key === subject.key).at(-1);
    return typeof sent?.displayName === "string" ? subjects.upsert({ key: subject.key, displayName })[0] : subject;
  });
}
