import Anser, { type AnserJsonEntry } from "anser";

const fontSize = 13;
const lineHeight = 18;
const characterWidth = fontSize * 0.602;
const margin = 16;

const background = "#16181d";
const foreground = "#d8dbe2";

/** The first sixteen colours of a terminal, in their order. */
const colors = [
  ["black", "#5c6370"],
  ["red", "#e06c75"],
  ["green", "#98c379"],
  ["yellow", "#e5c07b"],
  ["blue", "#61afef"],
  ["magenta", "#c678dd"],
  ["cyan", "#56b6c2"],
  ["white", foreground],
  ["bright-black", "#7f848e"],
  ["bright-red", "#ff7a85"],
  ["bright-green", "#b1e08c"],
  ["bright-yellow", "#ffd78a"],
  ["bright-blue", "#7cc4ff"],
  ["bright-magenta", "#dd92f0"],
  ["bright-cyan", "#74d4e0"],
  ["bright-white", "#ffffff"],
] as const;

/** By the names that the parser gives them: the one of the colour, or its place in the palette of 256. */
const palette = new Map<string, string>(
  colors.flatMap(([name, color], index) => [
    [`ansi-${name}`, color],
    [`ansi-palette-${index}`, color],
  ]),
);

/** Lines of a terminal, with its escape sequences for colours, as an SVG picture. */
export function draw(lines: readonly string[], title: string): string {
  const parsed = lines.map((line) => Anser.ansiToJson(line, { use_classes: true, remove_empty: true }));
  const columns = Math.max(...parsed.map((parts) => parts.reduce((sum, { content }) => sum + content.length, 0)));
  const width = Math.ceil(columns * characterWidth + 2 * margin);
  const height = lines.length * lineHeight + 2 * margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="${fontSize}" fill="${foreground}">`,
    ...parsed.flatMap((parts, index) => drawLine(parts, margin + (index + 0.75) * lineHeight)),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function drawLine(parts: readonly AnserJsonEntry[], y: number): string[] {
  if (parts.length === 0) return [];
  const spans = parts.map(({ content, fg, decorations }) => {
    const color = palette.get(fg);
    const bold = decorations.includes("bold") ? ' font-weight="bold"' : "";
    return `<tspan${color === undefined ? "" : ` fill="${color}"`}${bold}>${escaped(content)}</tspan>`;
  });
  return [`<text x="${margin}" y="${y}" xml:space="preserve">${spans.join("")}</text>`];
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
