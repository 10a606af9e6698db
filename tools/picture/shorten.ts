// Colours, and what else a terminal is told between the words.
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const escapes = /\u001b\[[0-9;]*m/g;

/** What a reader of the story doesn't need: progress, long names of resources, durations, the farewell. */
const unneeded = [
  /^@ /,
  /^\s+\[urn=/,
  /^Duration/,
  /(creating|updating|deleting|refreshing) \(\d+s\)/,
  // Resources that stay as they are.
  /^\s+pulumi\S*:\S+ \S+ +(running )?$/,
  / refresh \(\d+(\.\d+)?s\) *$/,
  /^Created stack/,
  /^Using an embedded emulator/,
  /^(The resources in the stack|If you want to remove)/,
  /^(Updating|Previewing update|Destroying) \(/,
];

/** Parts of a line that a reader doesn't need, and that differ from run to run. */
const shortened: readonly (readonly [RegExp, string])[] = [
  [/ \(\d+(\.\d+)?s\)/g, ""],
  [/openmeter-quickstart-quickstart/g, "quickstart"],
];

/** The story's output as it stands in the picture, line by line, with its colours; up to the end of the repair. */
export function shorten(output: string): string[] {
  const lines = output.split(/\r?\n/);
  const start = lines.findIndex((line) => plain(line).startsWith("▶ 1/"));
  const end = lines.findIndex((line) => plain(line).startsWith("▶ 6/"));
  const needed = lines
    .slice(start, end === -1 ? undefined : end)
    .filter((line) => !unneeded.some((one) => one.test(plain(line))))
    .map((line) => shortened.reduce((text, [from, to]) => text.replace(from, to), line));
  return withoutRuns(withoutOutputs(needed));
}

/** Outputs of the stack, which are the same after each step. */
function withoutOutputs(lines: readonly string[]): string[] {
  let isOutput = false;
  return lines.filter((line) => {
    const text = plain(line);
    if (/^Outputs:/.test(text)) isOutput = true;
    else if (isOutput && /^\S/.test(text)) isOutput = false;
    return !isOutput;
  });
}

/** Without several empty lines in a row, and without those at the end. */
function withoutRuns(lines: readonly string[]): string[] {
  const isEmpty = (line: string | undefined): boolean => line === undefined || plain(line).trim() === "";
  return lines.filter(
    (line, index) => !isEmpty(line) || (!isEmpty(lines[index - 1]) && !lines.slice(index).every(isEmpty)),
  );
}

function plain(line: string): string {
  return line.replace(escapes, "");
}
