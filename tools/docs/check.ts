import { type CodeBlock, codeBlocks } from "./blocks";
import { dataProblems } from "./data";
import type { Problem } from "./problem";
import { compile, type Snippet } from "./programs";

/** A Markdown file. */
export interface Page {
  /** Its path, for messages. */
  readonly path: string;
  readonly text: string;
  /** The npm scripts of a project of its own that the page is about. */
  readonly scripts?: ReadonlySet<string>;
}

const extensions = new Map<string, Snippet["extension"]>([
  ["ts", "ts"],
  ["js", "js"],
]);

/** The languages that a block may have: those that are checked, and those that nothing can be checked of. */
const known = new Set([...extensions.keys(), "json", "yaml", "sh", "text", "diff", "mermaid"]);

/** Checks every code block of pages: a program compiles, data parse, a command names a script that exists there or in `scripts`. */
export function checkPages(folder: string, pages: readonly Page[], scripts: ReadonlySet<string>): Problem[] {
  const blocks = pages.flatMap(({ path, text, scripts: own = new Set() }) =>
    codeBlocks(text).map((block) => ({ page: path, own, ...block })),
  );
  const snippets = blocks.flatMap(({ page, line, text, language }) => {
    const extension = extensions.get(language);
    return extension === undefined ? [] : [{ page, line, text, extension }];
  });
  return [
    ...blocks.flatMap((block) =>
      problemsOf(block, new Set([...scripts, ...block.own])).map((message) => ({
        page: block.page,
        line: block.line,
        message,
      })),
    ),
    ...compile(folder, snippets),
  ];
}

function problemsOf(block: CodeBlock, scripts: ReadonlySet<string>): string[] {
  if (!known.has(block.language)) return [`no check is known for the language "${block.language}"`];
  return dataProblems(block, scripts);
}
