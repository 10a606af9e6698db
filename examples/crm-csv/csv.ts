import { isUtf8 } from "node:buffer";
import { type InfoRecord, parse } from "csv-parse/sync";

/** A row of a CSV file: its cells by the names in the header, and the line that it starts on. */
export interface Row {
  readonly cells: Readonly<Partial<Record<string, string>>>;
  readonly line: number;
  /** Says that it has not as many cells as the header, if so. */
  readonly problem: string | undefined;
}

/**
 * Reads CSV as CRMs and spreadsheets write it: UTF-8 or UTF-16, separated by commas, semicolons, tabs or bars, with any line
 * ends. Rows without a value are left out.
 *
 * @param columns those that the header must have, each once
 * @throws {Error} when the file as a whole cannot be read
 */
export function readCsv(csv: Buffer, columns: readonly string[]): Row[] {
  // In quoted cells too: csv-parse counts the line ends of Windows twice there.
  const text = decode(csv).replaceAll(/\r\n?/g, "\n");
  // Excel writes the separator in a line of its own: sep=;
  const [, declared] = /^"?sep=(.)"?\n/i.exec(text) ?? [];
  const delimiter = declared ?? separatorOf(text);
  let width = 0;
  const rows = parse<{ record: Record<string, string>; info: InfoRecord }>(text, {
    delimiter,
    from_line: declared === undefined ? 1 : 2,
    columns: (cells: string[]) => {
      const header = cells.map((name) => name.trim());
      width = header.length;
      checkHeader(header, columns, delimiter);
      return header;
    },
    trim: true,
    info: true,
    raw: true,
    relax_column_count: true,
    skip_records_with_empty_values: true,
  });
  if (width === 0) {
    throw new Error("it is empty");
  }
  return rows.map(({ record, info }) => ({
    // What is in quotes, too, which csv-parse leaves as it is.
    cells: Object.fromEntries(Object.entries(record).map(([name, cell]) => [name, cell.trim()])),
    // csv-parse has the line that a row ends on.
    line: info.lines - (info.raw ?? "").trimEnd().split("\n").length + 1,
    problem: info.index === width ? undefined : `has ${info.index} cell(s), and the header has ${width}`,
  }));
}

/** Never by guessing: a letter that is read wrong makes another key, which is another customer. */
function decode(csv: Buffer): string {
  const utf16 = new Map([
    ["fffe", "utf-16le"],
    ["feff", "utf-16be"],
  ]).get(csv.toString("hex", 0, 2));
  if (utf16 !== undefined) {
    return new TextDecoder(utf16, { fatal: true }).decode(csv);
  }
  if (isUtf8(csv)) {
    return new TextDecoder().decode(csv);
  }
  const lines = csv.toString("latin1").split(/\r\n?|\n/);
  const line = lines.findIndex((bytes) => !isUtf8(Buffer.from(bytes, "latin1"))) + 1;
  throw new Error(
    `line ${line} is not UTF-8. Export it as UTF-8 (in Excel: "CSV UTF-8"), or convert it (iconv -f WINDOWS-1252 -t UTF-8)`,
  );
}

/** What separates most cells of the header. (csv-parse's `delimiter_auto` fails at letters beyond ASCII.) */
function separatorOf(text: string): string {
  const [header = ""] = text.trimStart().split("\n", 1);
  const cells = (separator: string): number => header.split(separator).length;
  return [",", ";", "\t", "|"].reduce((best, other) => (cells(other) > cells(best) ? other : best));
}

/** A text in which what nobody sees or has typed is spelled out: `ac<U+200B>me`. */
export function spelledOut(text: string): string {
  return text.replaceAll(
    /(?! )[\p{C}\p{Z}\uFFFD]/gu,
    (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`,
  );
}

function checkHeader(header: readonly string[], columns: readonly string[], separator: string): void {
  const found = `It is ${spelledOut(JSON.stringify(header))}, separated by ${JSON.stringify(separator)}`;
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new Error(`its header lacks ${missing.join(", ")}. ${found}`);
  }
  const twice = columns.filter((column) => header.indexOf(column) !== header.lastIndexOf(column));
  if (twice.length > 0) {
    throw new Error(`its header has ${twice.join(", ")} more than once. ${found}`);
  }
}
