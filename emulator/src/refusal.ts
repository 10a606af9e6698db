/** Why a request is refused that its schema lets pass. Its message is the detail of the problem document. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: RefusalStatus, reason: string) {
    super(`${PREFIXES[status]}: ${reason}`);
    this.status = status;
  }
}

type RefusalStatus = keyof typeof PREFIXES;

/** How the server's errors begin, by the status that they end as. */
const PREFIXES = {
  400: "validation error",
  404: "not found error",
  409: "conflict error",
  412: "precondition failed error",
} as const;
