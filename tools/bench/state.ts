/** What a stack's file tells of the cost of its resources. */
export interface StateFacts {
  readonly stateBytes: number;
  readonly providerBytes?: number;
}

/** Reads the facts off the text, which for a large set has tens of megabytes in a few lines. */
export function stateFacts(text: string): StateFacts {
  const stateBytes = Buffer.byteLength(text);
  // Within a string the quotes would be escaped.
  const [, literal] = /"__provider":\s*("(?:[^"\\]|\\.)*")/.exec(text) ?? [];
  if (literal === undefined) return { stateBytes };
  return { stateBytes, providerBytes: Buffer.byteLength(String(JSON.parse(literal))) };
}
