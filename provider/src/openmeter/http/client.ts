/** The client of OpenMeter's API. */
import type { paths } from "@openmeter/sdk";
import createClient, { type Client } from "openapi-fetch";
import type { Configuration } from "../configuration";
import { userAgent } from "./user-agent";

/** The routes of OpenMeter's API, with the types that the SDK gives them. */
export type ApiClient = Client<paths>;

/**
 * The client that `new OpenMeter(…).client` of OpenMeter's SDK would be: `openapi-fetch` with a Bearer token, typed by the SDK.
 * The SDK itself is needed to compile and to test, and not by users: it asks for Node.js 22 and for React.
 *
 * @param fetch what sends the requests
 *
 * @example
 * ```ts
 * const { data } = await apiClient(configuration, fetch).GET("/api/v1/subjects");
 * ```
 */
export function apiClient(
  { baseUrl, apiKey }: Pick<Configuration, "baseUrl" | "apiKey">,
  fetch: (request: Request) => Promise<Response>,
): ApiClient {
  const authorization = apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` };
  return createClient<paths>({ baseUrl, fetch, headers: { ...authorization, "User-Agent": userAgent } });
}

/**
 * The options of a call whose path has this parameter.
 *
 * @param segment its value, encoded already in the only way that is safe: see `keySegment`
 */
export function addressed<Parameter extends string>(parameter: Parameter, segment: string) {
  return {
    parseAs: "text" as const,
    // Stryker disable next-line ObjectLiteral: for the client's type alone
    params: { path: { [parameter]: segment } as Record<Parameter, string> }, // a computed name is any name to TypeScript
    pathSerializer: (path: string) => path.replace(`{${parameter}}`, () => segment),
  };
}
