import { parseAllDocuments } from "yaml";
import type { CodeBlock } from "./blocks";

/**
 * What is wrong with a block that is no program: `json` and `yaml` have to parse, and a `sh` block may only name scripts of
 * `package.json` that there are.
 */
export function dataProblems({ language, text }: CodeBlock, scripts: ReadonlySet<string>): string[] {
  switch (language) {
    case "json":
      return jsonProblems(text);
    case "yaml":
      return parseAllDocuments(text).flatMap(({ errors }) => errors.map(({ message }) => message));
    case "sh":
      return [...text.matchAll(/\bnpm run ([\w:-]+)/g)]
        .map(([, script = ""]) => script)
        .filter((script) => !scripts.has(script))
        .map((script) => `there is no script ${script} in package.json`);
    default:
      return [];
  }
}

function jsonProblems(text: string): string[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
