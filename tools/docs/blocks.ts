import { fromMarkdown } from "mdast-util-from-markdown";

/** A fenced piece of code of a page. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** Line of its first line of code in the page, from 1 on. */
  readonly line: number;
}

/** The fenced code blocks of a Markdown page that name a language. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const visit = (node: Node): void => {
    if (node.type === "code" && node.lang) {
      blocks.push({ language: node.lang, text: node.value ?? "", line: (node.position?.start.line ?? 0) + 1 });
    }
    for (const child of node.children ?? []) visit(child);
  };
  visit(fromMarkdown(markdown));
  return blocks;
}

/** What is needed of a node of the tree, of whichever kind. */
interface Node {
  readonly type: string;
  readonly lang?: string | null | undefined;
  readonly value?: string;
  readonly position?: { readonly start: { readonly line: number } } | undefined;
  readonly children?: readonly Node[];
}
