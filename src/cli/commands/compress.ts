import type { Unit } from "../../analysis/units.ts";
import { accuracyOf } from "../../evaluation/compare-results.ts";
import type { CompressionStep } from "../../optimizer/compress.ts";
import { compress, type CompressedPrompt, type SizedPrompt } from "../../project/compress.ts";
import { counted, grouped, nats, points, signedNats } from "../../report/numbers.ts";
import type { CliContext } from "../context.ts";
import { clipped, renderTable } from "../terminal/table.ts";
import { type PromptWorkOptions, workOnPrompt } from "./work-on-prompt.ts";

/** The command's options as commander hands them over. */
export interface CompressOptions extends PromptWorkOptions {
  readonly within?: number;
  readonly parts?: Unit;
}

/** Answers become at most a tenth less likely: e^−0.1 ≈ 0.9. */
const DEFAULT_WITHIN_NATS = 0.1;

/** `pmpo compress`. */
export async function runCompress(
  task: string | undefined,
  prompt: string | undefined,
  { within, parts, budgetTokens, ...flags }: CompressOptions,
  context: CliContext,
): Promise<void> {
  const settings = {
    within: within ?? DEFAULT_WITHIN_NATS,
    parts: parts ?? "word",
    budgetTokens: budgetTokens ?? null,
  };
  await workOnPrompt(task, prompt, flags, context, {
    work: (config, source, access) => {
      const rewrite = flags.rewriter !== undefined || config.rewriter !== config.model;
      return compress(config, source, { ...settings, rewrite }, access);
    },
    summary: compressDocument,
    lines: (result) => compressLines(result, context),
    done: "every part was tried",
  });
}

function compressDocument(result: CompressedPrompt): object {
  const {
    original,
    best,
    steps,
    front,
    verdict,
    usage: _usage,
    document: _prompt,
    ...rest
  } = result;
  const sized = ({ scored, promptTokens, instructionTokens }: SizedPrompt): object => ({
    prompt: scored.candidate.instruction,
    demonstrations: scored.candidate.demonstrations.length,
    instructionTokens,
    promptTokens,
    loss: scored.summary.loss,
  });
  return {
    ...rest,
    original: sized(original),
    best: {
      ...sized(best),
      lossDifference: best.loss.difference,
      lossInterval: best.loss.interval,
    },
    steps: steps.map((step) => ({
      operator: step.edit.operator,
      ...editTexts(step),
      promptTokens: step.result.promptTokens,
      lossDifference: step.result.loss.difference,
      lossInterval: step.result.loss.interval,
    })),
    front: front.map(({ scored, promptTokens }) => ({
      prompt: scored.candidate.instruction,
      demonstrations: scored.candidate.demonstrations.length,
      promptTokens,
      loss: scored.summary.loss,
    })),
    heldOut: {
      examples: verdict.start.answers.length,
      lossDifference: verdict.loss.difference,
      lossInterval: verdict.loss.interval,
      measure: verdict.measure,
      accuracyBefore: accuracyOf(verdict.start, verdict.measure),
      accuracyAfter: accuracyOf(verdict.best, verdict.measure),
      accuracyDifference: verdict.accuracy.difference,
      accuracyInterval: verdict.accuracy.interval,
      pValue: verdict.pValue,
      text: heldOutText(result),
    },
  };
}

/** What an edit took away, and what it put there. */
function editTexts({ edit, edited }: CompressionStep): {
  readonly removed: string;
  readonly replacement: string;
} {
  const { replacement, demonstrationId } = edit;
  return replacement === null
    ? { removed: `example ${demonstrationId}`, replacement: "" }
    : {
        removed: edited.instruction.slice(replacement.start, replacement.end),
        replacement: replacement.replacement,
      };
}

/** What the held-out examples say, in plain words. */
function heldOutText({ verdict, within, heldOutWithin, steps }: CompressedPrompt): string {
  const { loss, accuracy, measure, start } = verdict;
  if (steps.length === 0) {
    return "Nothing could be left out: the interval of the rise in loss has to end within the bound.";
  }
  const name = measure === "accuracy" ? "accuracy" : "accuracy by choice";
  const numbers = `loss ${signedNats(loss.difference)} nats (95 % interval ${loss.interval.map(signedNats).join(" to ")}), ${name} ${points(accuracy.difference)} points (${accuracy.interval.map(points).join(" to ")}) on ${counted(start.answers.length, "held-out example")}`;
  return heldOutWithin
    ? `The bound holds: ${numbers}. The loss rises by no more than ${within} nats there, too.`
    : `The bound is not shown to hold: ${numbers}. A rise by more than ${within} nats cannot be ruled out there.`;
}

function compressLines(result: CompressedPrompt, { paint, stdout }: CliContext): readonly string[] {
  const { original, best, within, heldOutWithin } = result;
  const width = stdout.columns ?? 160;
  const { instruction, demonstrations } = best.scored.candidate;
  return [
    ...(result.steps.length === 0 ? [] : [stepTable(result, width), ""]),
    paint("bold", "Prompts that no other beats in both length and loss"),
    frontTable(result, width),
    "",
    paint("bold", `Shortest within the bound (${counted(demonstrations.length, "demonstration")})`),
    instruction.replace(/^/gm, "  "),
    "",
    `Tokens: instruction ${original.instructionTokens} → ${best.instructionTokens}, whole call ${grouped(original.promptTokens)} → ${grouped(best.promptTokens)} (${saving(original, best)}).`,
    `Training loss: ${nats(original.scored.summary.loss)} → ${nats(best.scored.summary.loss)} nats (${signedNats(best.loss.difference)}, 95 % interval ${best.loss.interval.map(signedNats).join(" to ")}; bound ${within}).`,
    paint(heldOutWithin ? "green" : "yellow", heldOutText(result)),
    "",
    `${counted(result.tried, "prompt")} scored on ${counted(result.trainingExamples, "training example")}`,
  ];
}

function saving(original: SizedPrompt, best: SizedPrompt): string {
  const share = 1 - best.promptTokens / original.promptTokens;
  return share === 0 ? "no change" : `−${(100 * share).toFixed(0)} %`;
}

function stepTable({ steps }: CompressedPrompt, width: number): string {
  return renderTable(
    [
      { head: "kept" },
      { head: "tokens", align: "right" },
      { head: "ΔL to the original, nats", align: "right" },
      { head: "95 % interval", align: "right" },
      { head: "change" },
    ],
    steps.map((step) => {
      const { removed, replacement } = editTexts(step);
      const { promptTokens, loss } = step.result;
      return [
        step.edit.operator,
        grouped(promptTokens),
        signedNats(loss.difference),
        loss.interval.map(signedNats).join(" to "),
        clipped(
          replacement === "" ? `without “${removed}”` : `“${removed}” → “${replacement}”`,
          Math.max(20, width - 80),
        ),
      ];
    }),
  );
}

function frontTable({ front }: CompressedPrompt, width: number): string {
  return renderTable(
    [
      { head: "tokens", align: "right" },
      { head: "training loss", align: "right" },
      { head: "ΔL to the original, nats", align: "right" },
      { head: "shown", align: "right" },
      { head: "instruction" },
    ],
    front.map(({ scored, promptTokens, loss }) => [
      grouped(promptTokens),
      nats(scored.summary.loss),
      signedNats(loss.difference),
      String(scored.candidate.demonstrations.length),
      clipped(scored.candidate.instruction, Math.max(20, width - 75)),
    ]),
  );
}
