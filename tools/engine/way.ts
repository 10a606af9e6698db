import type { MadeFrom } from "./location";
import type { Voice } from "./progress";
import type { Staging } from "./staging";

/** What a way to an engine works with: a staging folder to fill, somebody to tell, a signal to stop. */
export interface Site extends Staging {
  readonly platform: NodeJS.Platform;
  readonly voice: Voice;
  readonly signal: AbortSignal;
}

/** A way to make an engine where the machine has none. */
export interface Way {
  readonly from: MadeFrom;
  /** What stands in messages. */
  readonly title: string;
  /** Puts `pulumi` and its plugins into `bin` under the site's root; throws an error whose message says why it cannot. */
  make(site: Site): Promise<void>;
}
