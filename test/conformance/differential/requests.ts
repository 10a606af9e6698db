/** Random requests, most of them about a few keys, so that they meet each other's subjects. */
import fc from "fast-check";
import { bodyText, keyEnd } from "./bodies";
import type { RequestTemplate } from "./exchange";

export const contentType = fc.oneof(
  { arbitrary: fc.constant("application/json"), weight: 30 },
  {
    arbitrary: fc.constantFrom(
      "application/json; charset=utf-8",
      "application/json;charset=latin1",
      "application/json ; charset=utf-8",
      "application/json;",
      "application/json;;",
      "application/json; =",
      " application/json",
      "Application/JSON",
      "application/*",
      "*/*",
      "application/problem+json",
      "application/x-www-form-urlencoded",
      "text/plain",
      "json",
      "",
    ),
    weight: 2,
  },
);

export const upsert: fc.Arbitrary<RequestTemplate> = fc.record({
  method: fc.constant("POST"),
  path: fc.oneof(
    { arbitrary: fc.constant("/api/v1/subjects"), weight: 20 },
    {
      arbitrary: fc.constantFrom(
        "/api/v1/subjects?x=1",
        "/api/v1/%73ubjects",
        "/api/v1/subjects?%zz",
        "/api/v1/subjects?",
      ),
      weight: 1,
    },
  ),
  body: bodyText,
  contentType,
});

/** A path has no spelling for half a surrogate pair. */
const wellFormed = (key: string) => key.replace(/\p{Surrogate}/gu, "\ufffd");

/** Ways to write a key into a path. */
const encodings: readonly ((key: string) => string)[] = [
  (key) => encodeURIComponent(wellFormed(key)),
  (key) => encodeURIComponent(encodeURIComponent(wellFormed(key))),
  (key) => encodeURIComponent(wellFormed(key)).replace(/%../g, (byte) => byte.toLowerCase()),
  (key) => [...Buffer.from(key)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  // As it is, as far as a request line may hold it.
  (key) => wellFormed(key).replace(/[^\u0021-\u007e]+/gu, (part) => encodeURIComponent(part)),
];

export const address = fc.oneof(
  {
    arbitrary: fc
      .tuple(keyEnd, fc.constantFrom(0, 0, 0, 0, 1, 2, 3, 4))
      .map(([end, way]) => `<P>${encodings[way]?.(end) ?? end}`),
    weight: 10,
  },
  { arbitrary: fc.constantFrom("<ID0>", "<ID1>", "<ID2>"), weight: 5 },
  {
    arbitrary: fc.constantFrom(
      "%00",
      "%FF",
      "%zz",
      "%",
      "<P>%E4%B8",
      "<ID0>/",
      "<P>a/b",
      "<P>a?x=%zz",
      "<P>a;b",
      "<P>a#f",
      "",
      "<P>a/entitlement",
    ),
    weight: 1,
  },
);

export const single: fc.Arbitrary<RequestTemplate> = fc.record({
  method: fc.oneof(
    { arbitrary: fc.constant("GET"), weight: 10 },
    { arbitrary: fc.constant("DELETE"), weight: 10 },
    // HEAD is below: to a malformed path Go answers it with a body, which no client can read.
    { arbitrary: fc.constantFrom("PUT", "PATCH", "POST", "OPTIONS", "TRACE"), weight: 1 },
  ),
  path: address.map((segment) => `/api/v1/subjects/${segment}`),
});

const other: fc.Arbitrary<RequestTemplate> = fc.record(
  {
    method: fc.constantFrom("GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "POST"),
    path: fc.constantFrom(
      "/api/v1/subjects/",
      "/api/v1/subjects//",
      "//api/v1/subjects",
      "/api/v1//subjects",
      "/api/v1/./subjects",
      "/api/v1/x/../subjects",
      "/api/v1/subjectsx",
      "/api/v1/Subjects",
      "/api/v1/subjects%2F",
      "/api/v1/subject",
    ),
    body: fc.constantFrom("[]", ""),
  },
  { requiredKeys: ["method", "path"] },
);

/** Requests in the order in which both servers get them. */
export const scenario: fc.Arbitrary<RequestTemplate[]> = fc.array(
  fc.oneof({ arbitrary: upsert, weight: 8 }, { arbitrary: single, weight: 6 }, { arbitrary: other, weight: 1 }),
  { minLength: 1, maxLength: 8 },
);
