import type { Objective } from "../core/objective.ts";

/** An objective in a few words: `decision + 0.02 · format`. */
export function objectiveText(objective: Objective): string {
  switch (objective.kind) {
    case "cross-entropy":
      return [
        "cross-entropy",
        ...(objective.per === "answer" ? [] : [`per ${objective.per}`]),
        ...(objective.references === "target"
          ? []
          : [`(${objective.references} of the references)`]),
      ].join(" ");
    case "decision":
      return `decision${objective.priorCorrection ? " (prior taken off)" : ""}${weighted(objective.formatWeight, "format")}`;
    case "contrast":
      return `contrast with ${WRONG_ANSWERS[objective.negatives]}${weighted(objective.crossEntropyWeight, "cross-entropy")}`;
    case "mutual-information":
      return `mutual information of input and answer${weighted(objective.crossEntropyWeight, "cross-entropy")}`;
    case "preference":
      return `preference (${objective.form}, beta ${objective.beta}${objective.form === "simpo" ? `, margin ${objective.margin}` : ""})`;
    case "accuracy":
      return "accuracy of the answers that the model writes";
    case "answer-after-reasoning": {
      const { samples, reasoningTokens, temperature, cue } = objective;
      return `answer after reasoning (${samples} of at most ${reasoningTokens} tokens at temperature ${temperature}, then ${JSON.stringify(cue)})`;
    }
  }
}

const WRONG_ANSWERS = {
  others: "other examples' answers",
  generated: "the model's own wrong answers",
  data: "the wrong answers in the data",
} as const;

function weighted(weight: number, name: string): string {
  return weight === 0 ? "" : ` + ${weight} · ${name}`;
}
