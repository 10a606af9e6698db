/** A table as it will be read, without a form yet. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** So many columns at the start are words, set left; the rest are figures, set right. */
  readonly wordColumns: number;
  /** What one has to know to read it. */
  readonly note?: string;
}

/** For the terminal. */
export function asText({ title, columns, rows, wordColumns, note }: Table): string {
  const widths = columnWidths([columns, ...rows]);
  const line = (cells: readonly string[]) =>
    cells.map((cell, index) => pad(cell, widths[index] ?? 0, index < wordColumns)).join("  ");
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  const body = [line(columns), rule, ...rows.map(line)].map((text) => text.trimEnd());
  return [title, ...(note === undefined ? [] : [note]), ...body].join("\n");
}

/** For a document. */
export function asMarkdown({ title, columns, rows, wordColumns, note }: Table): string {
  const rule = columns.map((_, index) => (index < wordColumns ? "---" : "---:"));
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const body = [line(columns), `|${rule.join("|")}|`, ...rows.map(line)].join("\n");
  return [`### ${title}`, ...(note === undefined ? [] : [note]), body].join("\n\n");
}

function columnWidths(lines: readonly (readonly string[])[]): number[] {
  const [head = []] = lines;
  return head.map((_, index) => Math.max(...lines.map((cells) => cells[index]?.length ?? 0)));
}

function pad(text: string, width: number, left: boolean): string {
  return left ? text.padEnd(width) : text.padStart(width);
}
