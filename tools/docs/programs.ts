import { resolve } from "node:path";
import ts from "typescript";
import type { Problem } from "./problem";

/** A piece of code that has to compile as a module of its own. */
export interface Snippet {
  readonly page: string;
  readonly line: number;
  readonly text: string;
  readonly extension: "ts" | "js";
}

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  allowJs: true,
  checkJs: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  // A block without an import or export is a module all the same, so that two may declare the same name.
  moduleDetection: ts.ModuleDetectionKind.Force,
  skipLibCheck: true,
  types: ["node"],
};

/** Compiles snippets as if they lay in `folder`, whose `node_modules` they import from. */
export function compile(folder: string, snippets: readonly Snippet[]): Problem[] {
  const files = new Map(
    snippets.map((snippet, index) => [resolve(folder, `snippet-${index}.${snippet.extension}`), snippet]),
  );
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.getCurrentDirectory = () => folder;
  host.fileExists = (name) => files.has(resolve(name)) || fileExists(name);
  host.readFile = (name) => files.get(resolve(name))?.text ?? readFile(name);
  host.getSourceFile = (name, language) => {
    const text = host.readFile(name);
    return text === undefined ? undefined : ts.createSourceFile(name, text, language);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).flatMap(({ file, start, messageText }) => {
    const snippet = file === undefined ? undefined : files.get(resolve(file.fileName));
    if (file === undefined || snippet === undefined) return [];
    const { line } = file.getLineAndCharacterOfPosition(start ?? 0);
    const message = ts.flattenDiagnosticMessageText(messageText, " ");
    return [{ page: snippet.page, line: snippet.line + line, message }];
  });
}
