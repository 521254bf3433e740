/**
 * Draws terminal output as an SVG picture: the text as it was printed, in its colours.
 *
 *   FORCE_COLOR=1 node dist/cli/main.js optimize examples/ticket-router 2>&1 \
 *     | node scripts/terminal-picture.mjs "npm start" > docs/images/first-run.svg
 */
import { text as readAll } from "node:stream/consumers";

const COLUMNS = 110;
const CHARACTER_WIDTH = 8.4;
const LINE_HEIGHT = 19;
const MARGIN = 20;
const STYLES = {
  1: "font-weight:bold",
  2: "opacity:.6",
  31: "fill:#ff7b72",
  32: "fill:#7ee787",
  33: "fill:#e3b341",
};

const escapeXml = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Cuts a line into pieces of one style each. */
function pieces(line) {
  const found = [];
  let style = "";
  // eslint-disable-next-line no-control-regex -- escape codes are control characters
  for (const [index, part] of line.split(/\u001b\[([\d;]*)m/).entries()) {
    if (index % 2 === 1) style = STYLES[Number(part)] ?? "";
    else if (part !== "") found.push({ text: part, style });
  }
  return found;
}

/** Breaks a line where the terminal would. */
function wrapped(line) {
  // eslint-disable-next-line no-control-regex -- escape codes are control characters
  const plain = line.replace(/\u001b\[[\d;]*m/g, "");
  if (plain.length <= COLUMNS) return [line];
  const breakAt = plain.lastIndexOf(" ", COLUMNS);
  const end = breakAt > 0 ? breakAt : COLUMNS;
  return [plain.slice(0, end), ...wrapped(plain.slice(end).trimStart())];
}

const command = process.argv[2] ?? "pmpo";
const output = (await readAll(process.stdin)).trimEnd().split("\n").flatMap(wrapped);
const lines = [`\u001b[1m$ ${command}\u001b[22m`, ...output];
const width = 2 * MARGIN + COLUMNS * CHARACTER_WIDTH;
const height = 2 * MARGIN + lines.length * LINE_HEIGHT;
const rows = lines.map((line, index) => {
  const spans = pieces(line).map(
    ({ text, style }) => `<tspan style="${style}">${escapeXml(text)}</tspan>`,
  );
  const y = MARGIN + (index + 0.8) * LINE_HEIGHT;
  return `<text x="${MARGIN}" y="${y.toFixed(1)}" xml:space="preserve">${spans.join("")}</text>`;
});
process.stdout
  .write(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Output of ${escapeXml(command)}">
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6edf3}</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.join("\n")}
</svg>
`);
