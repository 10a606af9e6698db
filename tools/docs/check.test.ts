import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { checkPages } from "./check";

const root = resolve(__dirname, "../..");

function problemsOf(...lines: string[]): string[] {
  const page = { path: "page.md", text: lines.join("\n") };
  return checkPages(root, [page], new Set(["bench"])).map(({ line, message }) => `${line}: ${message}`);
}

describe("code blocks of the documentation", () => {
  it("may be programs that compile, data that parse, and commands that exist", () => {
    expect(
      problemsOf(
        "```ts",
        'import type { Server } from "node:net";',
        "export const ports = (server: Server) => server.address();",
        "```",
        "```json",
        '{ "a": 1 }',
        "```",
        "```yaml",
        "a: [1, 2]",
        "```",
        "```sh",
        "npm run bench -- --quick",
        "```",
      ),
    ).toEqual([]);
  });

  it("are each a module of its own", () => {
    expect(problemsOf("```ts", "const a: number = 1;", "```", "", "```ts", "const a: string = '';", "```")).toEqual([]);
  });

  it("that don't compile are named by their line in the page", () => {
    expect(problemsOf("# Title", "", "```ts", "const one = 1;", 'const a: number = "x";', "```")).toEqual([
      expect.stringMatching(/^5: Type 'string' is not assignable/),
    ]);
    expect(problemsOf("```js", "undeclared();", "```")).toEqual([expect.stringMatching(/^2: Cannot find name/)]);
  });

  it("that don't parse, or name a script that there is not, are named", () => {
    expect(problemsOf("```json", "{a}", "```")).toEqual([expect.stringMatching(/^2: .*JSON/)]);
    expect(problemsOf("```yaml", "a: [1", "```")).toEqual([expect.stringMatching(/^2: /)]);
    expect(problemsOf("- item", "", "  ```sh", "  npm run gone", "  ```")).toEqual([
      "4: there is no script gone in package.json",
    ]);
  });

  it("that would move the reader's CLI to another backend are named", () => {
    expect(problemsOf("```sh", "pulumi login --local", "```")).toEqual([
      expect.stringMatching(/^2: pulumi login .* PULUMI_BACKEND_URL instead$/),
    ]);
  });

  it("may name the scripts of a project of their own", () => {
    const page = { path: "page.md", text: "```sh\nnpm run usage\n```", scripts: new Set(["usage"]) };
    expect(checkPages(root, [page], new Set())).toEqual([]);
  });

  it("in a language that nothing checks have to say so by their name", () => {
    expect(problemsOf("```python", "print()", "```")).toEqual(['2: no check is known for the language "python"']);
  });
});
