import { boundsText } from "./bounds-text.ts";
import { choiceRows, commonestText, constantText } from "./choice-rows.ts";
import { lossUnit, modeNote } from "./loss-unit.ts";
import { counted, duration, grouped, nats, percent, signedNats } from "./numbers.ts";
import { ESTIMATE_HEAD, estimateRows } from "./estimate-rows.ts";
import { judgeRows } from "./judge-rows.ts";
import { SIGNAL_HEAD, signalRows, signalText } from "./signal-text.ts";
import type { PromptSummary, RunSummary } from "./summary.ts";

/** The report of a run as a Markdown document. */
export function markdownReport(summary: RunSummary): string {
  const { headline, start, best, verdict, usage } = summary;
  return [
    `# ${oneLine(summary.taskName)}`,
    `**${oneLine(headline.text)}**`,
    ...(verdict === null ? [] : [oneLine(verdict.text)]),
    `Next: ${oneLine(headline.next)}`,
    `Run \`${summary.id}\`, model \`${summary.model}\`, ${exampleCounts(summary)}, ${counted(summary.iterations, "iteration")}, ${counted(summary.candidates, "candidate")} (${summary.dropped} dropped early), ${duration(summary.seconds)}.`,
    `Objective: ${summary.objectiveReason}.`,
    ...modeSection(summary),
    table(
      ["", "start", "best"],
      [
        ...trainingRows(summary),
        ...validationRow(summary),
        ...heldOutLossRow(summary),
        [
          verdict?.measure === "choice-accuracy" ? "accuracy as written" : "held-out accuracy",
          percent(start.test?.accuracy ?? null),
          percent(best.test?.accuracy ?? null),
        ],
        [
          "prompt tokens, input included",
          start.training.promptTokens.toFixed(1),
          best.training.promptTokens.toFixed(1),
        ],
        ...judgeRows(start.test, best.test),
      ],
    ),
    ...choiceSection(summary),
    ...constantSection(summary),
    ...signalSection(summary),
    "## Start prompt",
    promptText(start),
    "## Best prompt",
    promptText(best),
    "## How it came about",
    pathTable(summary),
    ...frontSection(summary),
    ...partsSection(summary),
    ...rowsSection(summary),
    "## Operators",
    table(
      ["operator", "tried", "better than the incumbent", "accepted"],
      summary.operators.map(({ operator, tried, better, accepted }) => [
        operator,
        String(tried),
        String(better),
        String(accepted),
      ]),
    ),
    "## Tokens",
    `${grouped(usage.evaluatedTokens)} evaluated for ${grouped(usage.requestedTokens)} requested (shared prefixes and cache), ${grouped(usage.cachedTokens)} answered from the cache, ${grouped(usage.generatedTokens)} generated. The model was called ${grouped(usage.calls)} times, ${grouped(usage.cachedCalls)} of them answered from the cache.`,
    ...boundsSection(summary),
    ...estimateSection(summary),
    "",
  ].join("\n\n");
}

function boundsSection({ bounds, usage: { sent } }: RunSummary): readonly string[] {
  const requests =
    sent === undefined
      ? []
      : [
          `The server was sent ${grouped(sent.requests)} requests with ${grouped(sent.tokens)} tokens of prompts.`,
        ];
  return bounds === null
    ? requests
    : [...requests, `The best prompt's losses are ${boundsText(bounds)}.`];
}

function estimateSection(summary: RunSummary): readonly string[] {
  const rows = estimateRows(summary);
  if (rows.length === 0) return [];
  return [
    "## Estimate and actual",
    `From ${counted(summary.estimate?.simulations ?? 0, "simulated search", "simulated searches")} with nothing cached; ${grouped(summary.usage.cachedTokens)} tokens were answered from the cache.`,
    table(ESTIMATE_HEAD, rows),
  ];
}

function exampleCounts({ examples }: RunSummary): string {
  const { train, demonstrations, validation, test } = examples;
  const validated = validation === 0 ? "" : ` ${validation} validation`;
  return `${train} training, ${demonstrations} demonstration,${validated} and ${test} test examples`;
}

function modeSection({ mode }: RunSummary): readonly string[] {
  const note = modeNote(mode);
  return note === null ? [] : [`**${note}**`];
}

function trainingRows({ start, best, mode }: RunSummary): readonly string[][] {
  const { label, text } = lossUnit(mode);
  const [before, after] = [start.training, best.training];
  const total = [`${label} on training examples`, text(before.loss), text(after.loss)];
  if (before.likelihood === null || after.likelihood === null) return [total];
  const [first, second] = [before.likelihood, after.likelihood];
  return [
    total,
    ["cross-entropy, nats", nats(first.crossEntropy), nats(second.crossEntropy)],
    ["… per token", nats(first.perToken), nats(second.perToken)],
    ["… per byte", nats(first.perByte), nats(second.perByte)],
    ["format loss", optional(before.format), optional(after.format)],
    ["decision loss", optional(before.decision), optional(after.decision)],
  ];
}

function validationRow({ start, best, mode }: RunSummary): readonly string[][] {
  const { name, text } = lossUnit(mode);
  return best.validationLoss === null
    ? []
    : [
        [
          `validation ${name}`,
          optional(start.validationLoss, text),
          optional(best.validationLoss, text),
        ],
      ];
}

/** Where the loss is what is left of accuracy, that says it all. */
function heldOutLossRow({ start, best, mode }: RunSummary): readonly string[][] {
  if (mode === "accuracy") return [];
  return [["held-out loss", optional(start.test?.meanLoss), optional(best.test?.meanLoss)]];
}

/** From the start prompt to the best; with validation examples, how much better each looks in training. */
function pathTable({ path, examples, mode }: RunSummary): string {
  const { name, text, change } = lossUnit(mode);
  const gap = ({ validationLoss, training }: PromptSummary): string =>
    validationLoss === null ? "–" : change(validationLoss - training.loss);
  const validated = examples.validation > 0;
  const quoting = path.some(({ quotes }) => quotes !== null);
  return table(
    [
      "candidate",
      "operator",
      "layout",
      "demonstrations",
      name,
      ...(validated ? [`validation ${name}`, "gap"] : []),
      ...(quoting ? ["quotes example"] : []),
    ],
    path.map((step) => [
      step.id,
      step.operator,
      step.layout,
      String(step.candidate.demonstrations.length),
      text(step.training.loss),
      ...(validated ? [optional(step.validationLoss, text), gap(step)] : []),
      ...(quoting ? [step.quotes ?? "–"] : []),
    ]),
  );
}

function frontSection({ front, mode }: RunSummary): readonly string[] {
  if (front.length < 2) return [];
  const { name, text } = lossUnit(mode);
  return [
    `## Length against ${name}`,
    "Of the candidates scored on all training examples, those that no other beats in both; the texts are in `prompts/`.",
    table(
      ["candidate", "prompt tokens", name, "layout", "demonstrations"],
      front.map(({ id, training, layout, candidate }) => [
        id,
        training.promptTokens.toFixed(1),
        text(training.loss),
        layout,
        String(candidate.demonstrations.length),
      ]),
    ),
  ];
}

function choiceSection({ start, best, verdict }: RunSummary): readonly string[] {
  const rows = choiceRows(start.test, best.test, verdict?.choice ?? null);
  if (rows.length === 0) return [];
  return [
    "## Choice among the options",
    "On the test examples, by the options' likelihood: how often the right one is the likeliest, by how much, and how well its share of the probability tells how often that is right.",
    table(["", "start", "best", "difference (95 % interval)"], rows),
    ...(verdict?.commonest == null ? [] : [commonestText(verdict.commonest)]),
  ];
}

function constantSection({ verdict }: RunSummary): readonly string[] {
  return verdict?.constant == null ? [] : [constantText(verdict.constant)];
}

function signalSection({ signal }: RunSummary): readonly string[] {
  if (signal === null) return [];
  return [
    "## Does the loss foretell accuracy?",
    `${signalText(signal)} Measured with ${counted(signal.candidates.length, "candidate")} on ${counted(signal.examples, "held-out example")}.`,
    table(SIGNAL_HEAD, signalRows(signal)),
  ];
}

function rowsSection(summary: RunSummary): readonly string[] {
  const { contradictions } = summary;
  const found = [
    ...suspectLines(summary),
    ...(contradictions.length === 0
      ? []
      : [
          "Equal inputs with different answers: at most one of them can be answered rightly.",
          contradictions.map((text) => `- ${text}`).join("\n"),
        ]),
  ];
  return found.length === 0 ? [] : ["## Rows to look at", ...found];
}

function suspectLines({ suspects, mode }: RunSummary): readonly string[] {
  if (suspects.length === 0) return [];
  const { label, text, name } = lossUnit(mode);
  return [
    "Training examples that stayed among the hardest tenth under nearly every prompt: their known answers may be wrong.",
    table(
      [
        "example",
        "input",
        "known answer",
        "hard under",
        `${name === "loss" ? "lowest" : "highest"} ${label}`,
        "taken for",
      ],
      suspects.map(({ exampleId, input, target, hardShare, lowestLoss, pickedInstead }) => [
        exampleId,
        input,
        target,
        percent(hardShare),
        text(lowestLoss),
        pickedInstead ?? "–",
      ]),
    ),
  ];
}

function partsSection({ parts }: RunSummary): readonly string[] {
  if (parts.length === 0) return [];
  return [
    "## Parts of the best prompt",
    "Loss with the part masked minus loss with it: above 0 the part helps.",
    table(
      ["part", "ΔL, nats", "standard error"],
      parts.map((part) => [part.text, signedNats(part.deltaLoss), part.standardError.toFixed(3)]),
    ),
  ];
}

function promptText({ candidate, layout }: PromptSummary): string {
  const shown = candidate.demonstrations.map(
    ({ inputs, target }) => `- ${oneLine(Object.values(inputs).join(" · "))} → ${oneLine(target)}`,
  );
  return [
    fenced(candidate.instruction),
    `Layout \`${layout}\`, ${counted(candidate.demonstrations.length, "demonstration")}.`,
    ...(shown.length === 0 ? [] : [shown.join("\n")]),
  ].join("\n\n");
}

/** A fence that no run of backticks in the text can close. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(oneLine).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.replace(/[|<>\\`*_[\]]/g, (character) => `\\${character}`);
}

function optional(loss: number | null | undefined, text: (loss: number) => string = nats): string {
  return loss === null || loss === undefined ? "–" : text(loss);
}
