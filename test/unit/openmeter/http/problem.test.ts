import { describe, expect, it } from "vitest";
import { describeProblem, parseProblem } from "../../../../provider/src/openmeter/http/problem";
import { Redactor } from "../../../../provider/src/openmeter/redact/redactor";

const apiKey = 'om_secret_"0123';
const redactor = new Redactor(apiKey);

describe("parseProblem", () => {
  it.each<[string, object | undefined]>([
    ['{"title":"Bad Request","detail":"why","status":400}', { title: "Bad Request", detail: "why" }],
    ['{"title":"Bad Request"}', { title: "Bad Request" }],
    ['{"detail":"why"}', { detail: "why" }],
    ['{"title":7,"detail":null}', {}],
    ['{"message":"another product"}', undefined],
    ["[]", undefined],
    ["null", undefined],
    ['"title"', undefined],
    ["<h1>502</h1>", undefined],
    ["", undefined],
  ])("reads %s", (body, problem) => {
    expect(parseProblem(body)).toEqual(problem);
  });
});

const answer = (status: number, body: string) => ({ status, contentType: "application/json", body });

describe("describeProblem", () => {
  it.each<[number, string, string]>([
    [400, '{"title":"Bad Request","detail":"key is required"}', "400 Bad Request: key is required"],
    [409, '{"detail":"conflict"}', "409 Conflict: conflict"],
    [500, '{"title":"Internal Server Error"}', "500 Internal Server Error"],
    [502, "<html>\n  <h1>Bad\tgateway</h1>\n</html>\n", '502 Bad Gateway with a page titled "Bad gateway"'],
    [
      403,
      "<!DOCTYPE html><title>\n Access\tdenied </title><h1>No</h1>",
      '403 Forbidden with a page titled "Access denied"',
    ],
    [403, "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "403 Forbidden with a page"],
    [404, "", "404 Not Found"],
    [404, " \n ", "404 Not Found"],
    [499, "", "499"],
    [400, '{"message":"other"}', '400 Bad Request: {"message":"other"}'],
    [400, '{"title":"T","detail":"\\u001b[31m"}', "400 T: \\u001b[31m"],
    [400, '{"title":"T","detail":"Ends with a full stop."}', "400 T: Ends with a full stop"],
    [400, '{"title":"T","detail":"cus_1.2 is bad"}', "400 T: cus_1.2 is bad"],
    [400, '{"title":"T","detail":"cus_1.2 is bad. So is cus_3."}', "400 T: cus_1.2 is bad. So is cus_3"],
  ])("puts %d %j into words", (status, body, words) => {
    expect(describeProblem(answer(status, body), redactor)).toBe(words);
  });

  it("takes for a page what says so, and quotes little of what is no problem document", () => {
    expect(describeProblem({ ...answer(502, "Oops"), contentType: "text/html" }, redactor)).toBe(
      "502 Bad Gateway with a page",
    );
    expect(describeProblem(answer(502, "x".repeat(100_000)), redactor)).toBe(`502 Bad Gateway: ${"x".repeat(300)}…`);
  });

  it.each<[string, string]>([
    ["in the detail", JSON.stringify({ title: "T", detail: `bad key ${apiKey}` })],
    ["in the title", JSON.stringify({ title: `bad key ${apiKey}`, detail: "d" })],
    ["in JSON of another product", JSON.stringify({ message: apiKey })],
    ["URL-encoded in a text", `see /?key=${encodeURIComponent(apiKey)}`],
    ["in the title of a page", `<html><title>${apiKey}</title>`],
  ])("holds no API key that the server echoes %s", (_where, body) => {
    const described = describeProblem(answer(401, body), redactor);
    expect(described).toContain("[API key]");
    expect(described).not.toContain("om_secret");
  });

  it("shows no control characters of a title, and cuts a long one", () => {
    const described = describeProblem(
      answer(400, JSON.stringify({ title: `\u001b[2J${"t".repeat(10_000)}` })),
      redactor,
    );
    expect(described).not.toMatch(/\p{Cc}/u);
    expect(described.length).toBeLessThan(4_200);
  });
});
