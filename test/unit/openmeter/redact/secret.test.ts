import { describe, expect, it } from "vitest";
import { base64Cores, containsSecret } from "../../../../provider/src/openmeter/redact/secret";

const secret = 'om_"k/y+1%=';

describe("an answer that holds a secret", () => {
  it.each([
    ["plain", secret],
    ["as a JSON string", JSON.stringify({ key: secret })],
    ["URL-encoded", encodeURIComponent(secret)],
    ["in base64", Buffer.from(secret).toString("base64")],
    ["as the password of basic authorization", Buffer.from(`user:${secret}`).toString("base64")],
    ["behind Bearer, in base64 for URLs", Buffer.from(`Bearer ${secret} `).toString("base64url")],
  ])("%s is known as one", (_how, spelling) => {
    expect(containsSecret(`before ${spelling} after`, secret)).toBe(true);
  });

  it.each([
    ["as Go writes JSON", '{"key":"om_\\u003ck\\u0026y\\u003e"}'],
    ["URL-encoded in small letters", "om_%3ck%26y%3e"],
  ])("%s is known as one by what is escaped of it", (_how, spelling) => {
    expect(containsSecret(spelling, "om_<k&y>")).toBe(true);
  });

  it.each([undefined, ""])("does not exist where it is %j", (none) => {
    expect(containsSecret("text", none)).toBe(false);
  });

  it("is not seen where it isn't", () => {
    expect(containsSecret("om_other", secret)).toBe(false);
  });
});

describe("base64Cores", () => {
  it("are found in base64 of any text around the secret", () => {
    const texts = ["", "a", "ab", "abc"];
    for (const before of texts) {
      for (const after of texts) {
        const encoded = Buffer.from(`${before}${secret}${after}`).toString("base64");
        expect(base64Cores(secret).some((core) => encoded.includes(core))).toBe(true);
      }
    }
  });

  it("are all that no neighbour changes, in both alphabets", () => {
    // 12 bytes behind 0, 1 and 2 others; the last two share their last letter with what follows.
    const encoded = (before: string) => Buffer.from(`${before}om_~~~???>>>`).toString("base64");
    const standard = [encoded(""), encoded("a").slice(2, 17), encoded("ab").slice(3, 18)];
    const forUrls = standard.map((core) => core.replaceAll("+", "-").replaceAll("/", "_"));
    expect(standard.join("")).toMatch(/\+.*\/|\/.*\+/);
    expect(base64Cores("om_~~~???>>>").sort()).toEqual([...new Set([...standard, ...forUrls])].sort());
    expect(base64Cores("abcdef")).toEqual([Buffer.from("abcdef").toString("base64")]);
  });

  it("are none of a secret so short that they would be found by chance", () => {
    expect(base64Cores("abc")).toEqual([]);
  });
});
