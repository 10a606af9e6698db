import { expect } from "vitest";
import { parse, type Reply } from "./target";

/** Asserts a problem document as the handlers write it: the request is its instance; a 500 tells no detail. */
export function expectProblem(reply: Reply, status: number, title: string, detail?: string): void {
  expect({ ...headOf(reply), body: parse(reply) }).toEqual({
    ...problemHead(status),
    body: {
      type: "about:blank",
      title,
      status,
      ...(detail !== undefined && { detail: expect.stringContaining(detail) }),
      instance: expect.stringMatching(/^urn:request:/),
    },
  });
}

/** Asserts a problem document as the schema validator writes it: a detail, and no instance. */
export function expectSchemaProblem(reply: Reply, detail: string): void {
  expect({ ...headOf(reply), body: parse(reply) }).toEqual({
    ...problemHead(400),
    body: { type: "about:blank", title: "Bad Request", status: 400, detail: expect.stringContaining(detail) },
  });
}

/** Asserts the answer of a look-up that found nothing. */
export function expectNotFound(reply: Reply, idOrKey: string): void {
  expectProblem(reply, 404, "Not Found", `subject.idOrKey=${idOrKey}]`);
}

function headOf({ status, contentType }: Reply): object {
  return { status, contentType };
}

function problemHead(status: number): object {
  return { status, contentType: "application/problem+json" };
}
