import { parseAllDocuments } from "yaml";
import type { CodeBlock } from "./blocks";

/**
 * What is wrong with a block that is no program: `json` and `yaml` have to parse, a `sh` block may only name scripts of
 * `package.json` that there are, and leaves the backend of the reader's other projects alone.
 */
export function dataProblems({ language, text }: CodeBlock, scripts: ReadonlySet<string>): string[] {
  switch (language) {
    case "json":
      return jsonProblems(text);
    case "yaml":
      return parseAllDocuments(text).flatMap(({ errors }) => errors.map(({ message }) => message));
    case "sh":
      return [...scriptProblems(text, scripts), ...loginProblems(text)];
    default:
      return [];
  }
}

function scriptProblems(text: string, scripts: ReadonlySet<string>): string[] {
  return [...text.matchAll(/\bnpm run ([\w:-]+)/g)]
    .map(([, script = ""]) => script)
    .filter((script) => !scripts.has(script))
    .map((script) => `there is no script ${script} in package.json`);
}

function loginProblems(text: string): string[] {
  return /\bpulumi login\b/.test(text)
    ? ["pulumi login moves the CLI to another backend for all projects; export PULUMI_BACKEND_URL instead"]
    : [];
}

function jsonProblems(text: string): string[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
