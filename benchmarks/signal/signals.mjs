import { spearman } from "pmpo";

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const share = (hits) => [...hits].filter((hit) => hit === "1").length / hits.length;
const added = (first, weight, second) =>
  first.map((value, index) => value + weight * second[index]);

/** Signals by name: from one prompt's training record and the number of examples to a value that should be low. */
export const SIGNALS = {
  "cross-entropy, summed": ({ crossEntropy }, count) => mean(crossEntropy.slice(0, count)),
  "cross-entropy, mean per token": ({ crossEntropy, tokens }, count) =>
    mean(crossEntropy.slice(0, count)) / mean(tokens.slice(0, count)),
  "format loss": onClosedSet(({ format }, count) => mean(format.slice(0, count))),
  "decision loss": onClosedSet(({ decision }, count) => mean(decision.slice(0, count))),
  "decision loss, prior taken off": onClosedSet(({ corrected }, count) =>
    mean(corrected.slice(0, count)),
  ),
  "decision + 0.02 · format": mixture("decision", 0.02, "format"),
  "decision + 0.1 · format": mixture("decision", 0.1, "format"),
  "decision + 0.3 · format": mixture("decision", 0.3, "format"),
  "preference over the other options": onClosedSet(({ preference }, count) =>
    mean(preference.slice(0, count)),
  ),
  "contrast with others' answers": ({ contrastOthers }, count) =>
    mean(contrastOthers.slice(0, count)),
  "contrast with own wrong answers": ({ contrastOwn }, count) => mean(contrastOwn.slice(0, count)),
  "contrast with own + 0.1 · cross-entropy": mixture("contrastOwn", 0.1, "crossEntropy"),
  "mutual information": ({ mutualInformation }, count) => mean(mutualInformation.slice(0, count)),
  "training accuracy, generated": ({ hit }, count) => -share(hit.slice(0, count)),
};

export const TRAINING_SIZES = [8, 16, 32, 64];

/** What a signal should foretell: held-out accuracy of generated answers, or of answers by choice. */
export const OUTCOMES = {
  generated: ({ test }) => share(test.hit),
  chosen: ({ test }) => (test.chosen === undefined ? null : share(test.chosen)),
};

function onClosedSet(signal) {
  return (train, count) => (train.decision === undefined ? null : signal(train, count));
}

function mixture(first, weight, second) {
  return (train, count) =>
    train[first] === undefined || train[second] === undefined
      ? null
      : mean(added(train[first], weight, train[second]).slice(0, count));
}

/**
 * How well a signal foretells an outcome over the prompts of one task: rank correlation, above 0
 * where a lower signal means a better outcome, and what is lost by taking the prompt it likes best.
 * Null where the signal does not apply or the outcome does not vary.
 */
export function judged(records, signal, outcome, count) {
  const outcomes = records.map(OUTCOMES[outcome]);
  const values = records.map(({ train }) => SIGNALS[signal](train, count));
  if (outcomes.includes(null) || values.includes(null)) return null;
  const rank = spearman(values, outcomes);
  const rises = outcomes.some((value) => value !== outcomes[0]);
  if (!rises) return null;
  const best = Math.max(...outcomes);
  const taken = outcomes[values.indexOf(Math.min(...values))];
  return { correlation: rank === null ? 0 : -rank, regret: best - taken };
}

/** Prompts that are measured on every task. */
export const PROMPTS_PER_TASK = 20;

/** The tasks that are measured on all their prompts, by name; a study that goes on leaves others behind. */
export function wholeTasks(records) {
  return new Map([...byTask(records)].filter(([, own]) => own.length === PROMPTS_PER_TASK));
}

function byTask(records) {
  const groups = new Map();
  for (const record of records) {
    groups.set(record.task, [...(groups.get(record.task) ?? []), record]);
  }
  return groups;
}
