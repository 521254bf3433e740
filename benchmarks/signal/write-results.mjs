import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { drawSignals } from "./figure.mjs";
import { judged, mean, OUTCOMES, SIGNALS, TRAINING_SIZES, wholeTasks } from "./signals.mjs";

const TABLE = resolve("docs/results/signal.md");
const FIGURE = resolve("docs/images/signal.svg");
const MARKER = "<!-- the tables below are written by `npm run study:signal` -->";
const SHOWN_SIZE = 32;

const signed = (value) => `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`;

/** Writes the tables and the figure of everything that was measured. */
export function writeResults(records) {
  const tasks = [...wholeTasks(records)];
  const text = existsSync(TABLE)
    ? readFileSync(TABLE, "utf8").split(MARKER)[0]
    : "# Which signal foretells accuracy\n\n";
  const groups = [
    ["Answers by choice, closed sets", "chosen", tasks],
    [
      "Generated answers, closed sets",
      "generated",
      tasks.filter(([, [first]]) => first.train.decision !== undefined),
    ],
    [
      "Generated answers, open",
      "generated",
      tasks.filter(([, [first]]) => first.train.decision === undefined),
    ],
  ];
  const sections = groups.map(([title, outcome, own]) => section(title, outcome, own));
  writeFileSync(TABLE, `${text}${MARKER}\n\n${sections.join("\n\n")}\n\n${perTask(tasks)}\n`);
  mkdirSync(resolve("docs/images"), { recursive: true });
  writeFileSync(FIGURE, drawSignals(groups, SHOWN_SIZE));
}

function section(title, outcome, tasks) {
  const rows = Object.keys(SIGNALS).flatMap((signal) => {
    const bySize = TRAINING_SIZES.map((count) =>
      tasks.map(([, own]) => judged(own, signal, outcome, count)).filter((each) => each !== null),
    );
    if (bySize[0].length === 0) return [];
    const correlations = bySize.map((each) =>
      signed(mean(each.map(({ correlation }) => correlation))),
    );
    const regrets = bySize.map((each) => (100 * mean(each.map(({ regret }) => regret))).toFixed(1));
    return [[signal, ...correlations, ...regrets, bySize[0].length]];
  });
  const heads = [
    "signal",
    ...TRAINING_SIZES.map((count) => `ρ, ${count} examples`),
    ...TRAINING_SIZES.map((count) => `lost, ${count}`),
    "tasks",
  ];
  return `## ${title}\n\n${table(heads, rows)}`;
}

function perTask(tasks) {
  const signals = [
    "cross-entropy, summed",
    "decision loss",
    "decision + 0.02 · format",
    "contrast with own wrong answers",
    "mutual information",
    "training accuracy, generated",
  ];
  const rows = tasks.flatMap(([task, own]) =>
    Object.keys(OUTCOMES).flatMap((outcome) => {
      const cells = signals.map((signal) => judged(own, signal, outcome, SHOWN_SIZE));
      const values = own.map(OUTCOMES[outcome]);
      if (values.includes(null)) return [];
      const range = `${percent(Math.min(...values))} – ${percent(Math.max(...values))}`;
      return [
        [
          task,
          outcome,
          range,
          ...cells.map((cell) => (cell === null ? "–" : signed(cell.correlation))),
        ],
      ];
    }),
  );
  return `## Task by task, ${SHOWN_SIZE} examples\n\n${table(["task", "answers", "accuracy, worst – best prompt", ...signals], rows)}`;
}

function percent(share) {
  return `${Math.round(100 * share)} %`;
}

function table(heads, rows) {
  return [heads, heads.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}
