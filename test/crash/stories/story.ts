import type { CustomerInput, SubjectUpsert } from "openmeter-emulator";
import type { Program } from "../program";

/** Changes that crashes interrupt, one `pulumi up` after the other, on a server of their own. */
export interface Story {
  readonly name: string;
  /** Whether the server makes and changes customers as subjects are written. */
  readonly subjectHook?: boolean;
  readonly madeByOthers: MadeByOthers;
  readonly steps: readonly Step[];
}

/** What others have made at the server before. */
export interface MadeByOthers {
  readonly subjects?: readonly SubjectUpsert[];
  readonly customers?: readonly (CustomerInput & { readonly stripeCustomerId?: string })[];
}

/** One `pulumi up`. */
export interface Step {
  readonly name: string;
  readonly program: Program;
  /** Whether it is cut at each of its requests, or only leads to the next one. */
  readonly swept: boolean;
}
