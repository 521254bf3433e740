import { judged, mean, SIGNALS } from "./signals.mjs";

const ROW = 20;
const LEFT = 270;
const WIDTH = 360;
const TOP = 34;
const x = (correlation) => LEFT + (WIDTH * (correlation + 1)) / 2;

/** One panel a group: for each signal a dot a task, and a bar at their mean. */
export function drawSignals(groups, count) {
  let y = 10;
  const panels = groups.flatMap(([title, outcome, tasks]) => {
    const rows = Object.keys(SIGNALS)
      .map((signal) => ({
        signal,
        values: tasks
          .map(([, own]) => judged(own, signal, outcome, count)?.correlation)
          .filter((value) => value !== undefined),
      }))
      .filter(({ values }) => values.length > 0);
    const panel = drawPanel(title, rows, y);
    y += TOP + ROW * rows.length + 24;
    return panel;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + 30} ${y}" font-family="system-ui, sans-serif" font-size="12">
<title>Rank correlation of signals on ${count} training examples with held-out accuracy, one dot a task</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${panels.join("\n")}
</svg>
`;
}

function drawPanel(title, rows, top) {
  const bottom = top + TOP + ROW * rows.length;
  const axis = [-1, -0.5, 0, 0.5, 1].flatMap((value) => [
    `<line x1="${x(value)}" x2="${x(value)}" y1="${top + TOP - 8}" y2="${bottom}" stroke="${value === 0 ? "#888888" : "#dddddd"}"/>`,
    `<text x="${x(value)}" y="${bottom + 12}" text-anchor="middle" fill="#555555" font-size="10">${value}</text>`,
  ]);
  const lines = rows.flatMap(({ signal, values }, index) => {
    const y = top + TOP + ROW * index + 4;
    return [
      `<text x="${LEFT - 12}" y="${y + 4}" text-anchor="end" fill="#222222">${signal.replaceAll("&", "&amp;")}</text>`,
      ...values.map(
        (value) =>
          `<circle cx="${x(value).toFixed(1)}" cy="${y}" r="3.5" fill="#0969da" fill-opacity="0.35"/>`,
      ),
      `<rect x="${(x(mean(values)) - 1.5).toFixed(1)}" y="${y - 8}" width="3" height="16" fill="#cf222e"/>`,
    ];
  });
  return [
    `<text x="10" y="${top + 14}" font-weight="bold" fill="#222222">${title}</text>`,
    ...axis,
    ...lines,
  ].join("\n");
}
