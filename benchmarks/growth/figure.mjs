import { scaleLog } from "d3-scale";
import { line } from "d3-shape";
import { MEANINGS } from "./steps.mjs";

const PANEL = { width: 220, height: 170, gap: 60, left: 60, top: 40, columns: 3 };
const BLUE = "#0b5fa5";
const GREY = "#8a8f98";

/** One panel a size: seconds estimated as a line, measured as dots, and what requests sent one by one would take. */
export function drawGrowth(steps) {
  const sweeps = Object.keys(MEANINGS);
  const seconds = steps.flatMap(({ estimatedSeconds, ...step }) => [
    estimatedSeconds,
    naiveSeconds({ estimatedSeconds, ...step }),
  ]);
  const y = scaleLog([Math.min(...seconds), Math.max(...seconds)], [PANEL.height, 0]).nice();
  const rows = Math.ceil(sweeps.length / PANEL.columns);
  const width = PANEL.columns * (PANEL.width + PANEL.gap) + PANEL.left;
  const height = rows * (PANEL.height + PANEL.top + PANEL.gap) + 10;
  const panels = sweeps.map((sweep, index) => {
    const left = PANEL.left + (index % PANEL.columns) * (PANEL.width + PANEL.gap);
    const top =
      PANEL.top + Math.floor(index / PANEL.columns) * (PANEL.height + PANEL.top + PANEL.gap);
    const own = steps.filter((step) => step.sweep === sweep);
    return `<g transform="translate(${left} ${top})">${panel(sweep, own, y)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11">
<title>Seconds of a step by its size: estimated, measured, and with every request evaluated whole</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${panels.join("\n")}
<g transform="translate(${PANEL.left + 2 * (PANEL.width + PANEL.gap)} ${PANEL.top * 2 + PANEL.height + PANEL.gap})">${legend()}</g>
</svg>
`;
}

/** Every request evaluated whole, at the same pace. */
function naiveSeconds({ requestedTokens, evaluatedTokens, estimatedSeconds }) {
  return (estimatedSeconds * requestedTokens) / evaluatedTokens;
}

function panel(sweep, steps, y) {
  const sizes = steps.map(({ size }) => size);
  const x = scaleLog([Math.min(...sizes), Math.max(...sizes)], [0, PANEL.width]);
  const path = (of) =>
    line(
      ({ size }) => x(size),
      (step) => y(of(step)),
    )(steps);
  const dots = steps
    .filter(({ seconds }) => seconds !== null)
    .map(
      ({ size, seconds }) =>
        `<circle cx="${x(size).toFixed(1)}" cy="${y(seconds).toFixed(1)}" r="4" fill="${BLUE}"><title>${size}: ${seconds.toFixed(2)} s</title></circle>`,
    );
  const ticks = y
    .ticks(5)
    .filter((value) => String(value * 1000).startsWith("1"))
    .map(
      (value) =>
        `<line x2="${PANEL.width}" y1="${y(value)}" y2="${y(value)}" stroke="#e4e6ea"/><text x="-6" y="${y(value) + 4}" text-anchor="end" fill="#555555">${value} s</text>`,
    );
  const labels = sizes.map(
    (size) =>
      `<text x="${x(size).toFixed(1)}" y="${PANEL.height + 16}" text-anchor="middle" fill="#555555">${size}</text>`,
  );
  return [
    `<text y="-14" font-weight="600" fill="#222222">${MEANINGS[sweep]}</text>`,
    ...ticks,
    ...labels,
    `<path d="${path(naiveSeconds)}" fill="none" stroke="${GREY}" stroke-dasharray="4 3"/>`,
    `<path d="${path(({ estimatedSeconds }) => estimatedSeconds)}" fill="none" stroke="${BLUE}" stroke-width="1.5"/>`,
    ...dots,
  ].join("\n");
}

function legend() {
  return [
    `<circle cx="6" cy="10" r="4" fill="${BLUE}"/><text x="20" y="14" fill="#222222">measured</text>`,
    `<line x1="0" x2="14" y1="32" y2="32" stroke="${BLUE}" stroke-width="1.5"/><text x="20" y="36" fill="#222222">estimated</text>`,
    `<line x1="0" x2="14" y1="54" y2="54" stroke="${GREY}" stroke-dasharray="4 3"/><text x="20" y="58" fill="#222222">every request evaluated whole</text>`,
  ].join("\n");
}
