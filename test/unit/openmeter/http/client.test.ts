import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { satisfies } from "semver";
import { describe, expect, it } from "vitest";
import { type ApiClient, apiClient } from "../../../../provider/src/openmeter/http/client";

const root = resolve(__dirname, "../../../..");
/** Not imported: the SDK types its two module formats apart, and this package is compiled against the other one. */
const sdk: { readonly OpenMeter: new (config: object) => { readonly client: ApiClient } } =
  createRequire(__filename)("@openmeter/sdk");
const settings = { baseUrl: "http://openmeter.test/base", apiKey: "om_key" };

/** What a client sends: each request's method, address, headers and body. */
async function sentBy(make: (fetch: (request: Request) => Promise<Response>) => ApiClient) {
  const sent: unknown[] = [];
  const client = make(async (request) => {
    const { "user-agent": _name, ...headers } = Object.fromEntries(request.headers);
    sent.push([request.method, request.url, headers, request.method === "GET" ? "" : await request.text()]);
    return new Response("[]");
  });
  await client.GET("/api/v1/subjects", { parseAs: "text" });
  await client.GET("/api/v1/subjects/{subjectIdOrKey}", { params: { path: { subjectIdOrKey: "a/b c" } } });
  await client.DELETE("/api/v1/subjects/{subjectIdOrKey}", { params: { path: { subjectIdOrKey: "é" } } });
  await client.POST("/api/v1/subjects", { body: [{ key: "a", displayName: null, metadata: { at: "2026-01-01" } }] });
  await client.GET("/api/v1/customers", { params: { query: { page: 2, key: "a&b", expand: ["subscriptions"] } } });
  return sent;
}

describe("the client", () => {
  it("sends what the client of OpenMeter's SDK sends", async () => {
    const expected = await sentBy((fetch) => new sdk.OpenMeter({ ...settings, fetch }).client);
    expect(await sentBy((fetch) => apiClient(settings, fetch))).toEqual(expected);
    expect(expected).toHaveLength(5);
  });

  it("sends no authorization without an API key, as the SDK's", async () => {
    const { baseUrl } = settings;
    const expected = await sentBy((fetch) => new sdk.OpenMeter({ baseUrl, fetch }).client);
    expect(await sentBy((fetch) => apiClient({ baseUrl }, fetch))).toEqual(expected);
    expect(JSON.stringify(expected)).not.toContain("authorization");
  });

  it("introduces itself with the versions of this package, Node.js and Pulumi", async () => {
    const names: (string | null)[] = [];
    const client = apiClient(settings, async (request) => {
      names.push(request.headers.get("user-agent"));
      return new Response("[]");
    });
    await client.GET("/api/v1/subjects");
    const { version } = JSON.parse(readFileSync(join(root, "provider/package.json"), "utf8"));
    const pulumi = JSON.parse(readFileSync(join(root, "node_modules/@pulumi/pulumi/package.json"), "utf8")).version;
    expect(names).toEqual([`pulumi-openmeter/${version} (node ${process.versions.node}; pulumi ${pulumi})`]);
  });

  it("is made of the library that the SDK's is made of, in a version that the SDK takes", () => {
    const wanted = (file: string): Record<string, string> =>
      JSON.parse(readFileSync(join(root, file), "utf8")).dependencies;
    const ours = wanted("provider/package.json")["openapi-fetch"] ?? "";
    const theirs = wanted("node_modules/@openmeter/sdk/package.json")["openapi-fetch"] ?? "";
    expect(satisfies(theirs, ours), `${theirs} of the SDK in ${ours} of this package`).toBe(true);
  });
});
