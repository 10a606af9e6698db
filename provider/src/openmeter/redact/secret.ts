/** The spellings in which servers echo a secret that they were sent. */

/** Whether an answer holds the secret, in any of the spellings that servers echo it in. Fast enough for a long list. */
export function containsSecret(text: string, secret: string | undefined): boolean {
  if (secret === undefined || secret === "") return false;
  return spellings(secret).some((spelling) => text.includes(spelling));
}

function spellings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  // Go's encoder escapes these, which JavaScript's does not.
  const goJson = json.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
  const url = encodeURIComponent(secret);
  const lowerUrl = url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  return [...new Set([secret, json, goJson, url, lowerUrl, ...base64Cores(secret)])];
}

/** What is shorter is found by chance. */
const leastCore = 8;

/**
 * What base64 makes of a secret wherever it stands in a longer text, such as `user:key` or `Bearer key`: the characters that
 * do not depend on its neighbours, for each of the three places that it may have among the groups of three bytes.
 */
export function base64Cores(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const cores = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64url");
    const shared = (before + bytes.length) % 3 === 0 ? 0 : 1;
    return encoded.slice(before === 0 ? 0 : before + 1, encoded.length - shared);
  });
  const standard = cores.map((core) => core.replaceAll("-", "+").replaceAll("_", "/"));
  return [...new Set([...standard, ...cores])].filter((core) => core.length >= leastCore);
}
