/** How the dynamic host spells values: what is unknown, what is secret, and its own input. */

import { unknown } from "../../core/unknown";
import { mapInside, mapValues, pulumiSignatureKey, pulumiUnknownValue } from "../../json";
import { type Properties, Secret } from "../resource";

/** The host's own input. */
export const providerProperty = "__provider";

/** How Pulumi marks a secret in a message. */
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Properties as the host hands them over: without its own, and with unknown values as such. It unwraps secrets itself. */
export function fromHost({ [providerProperty]: _code, ...properties }: Properties): Properties {
  return mapValues(properties, fromSpelling);
}

/** Properties as the host wants them. */
export function toHost(properties: Properties): Record<string, unknown> {
  return mapValues(properties, toSpelling);
}

function fromSpelling(value: unknown): unknown {
  return value === pulumiUnknownValue ? unknown : mapInside(value, fromSpelling);
}

function toSpelling(value: unknown): unknown {
  if (value === unknown) {
    return pulumiUnknownValue;
  }
  if (value instanceof Secret) {
    return { [pulumiSignatureKey]: secretSignature, value: toSpelling(value.value) };
  }
  return mapInside(value, toSpelling);
}
