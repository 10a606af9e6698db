import { customers } from "./customers";
import { moving } from "./moving";
import type { Story } from "./story";
import { subjects } from "./subjects";

export const stories: readonly Story[] = [
  subjects,
  customers,
  moving("moving", false),
  moving("moving with hook", true),
];
