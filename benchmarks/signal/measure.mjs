/**
 * Measures the prompts of one task and prints a JSON line for each: per-example signals on the
 * training examples, hits on the held-out ones. Started by study.mjs, one process a task.
 *
 *   node benchmarks/signal/measure.mjs TASK DATA_FOLDER [FIRST_PROMPT]
 */
import {
  answerLimits,
  builtInGrader,
  choiceLoss,
  contrastLoss,
  CROSS_ENTROPY,
  EXACT,
  generateAnswers,
  otherTargets,
  ownWrongAnswers,
  pointwiseMutualInformation,
  preferenceLoss,
  scoreAnswers,
} from "pmpo";
import { openSmallModel, smallModelPath } from "../small-model.mjs";
import { candidatesOf, readTask, TASKS } from "./tasks.mjs";

const [name, dataFolder, first = "0"] = process.argv.slice(2);
const task = TASKS.find((each) => each.name === name);
const grade = builtInGrader(EXACT);

const data = await readTask(task, dataFolder);
const { train, test } = data;
const candidates = candidatesOf(task, data);
const options = closedSet([...train, ...test]);
const path = await smallModelPath();
const model = await openSmallModel(path, {
  threads: 1,
  mapWeights: false,
});
const limits = await answerLimits(model, train, CROSS_ENTROPY);
const negatives = { grade, count: 4, seed: 0, model, call: {} };
const others = await otherTargets(train, train, negatives);
const own = await ownWrongAnswers(candidates[0], train, negatives);

for (const [index, candidate] of candidates.entries()) {
  if (index < Number(first)) continue;
  const { layout, demonstrations, instruction } = candidate;
  const record = {
    task: name,
    prompt: index,
    instruction,
    layout: layout.kind,
    demonstrations: demonstrations.length,
    train: await trainingSignals(candidate),
    test: await testHits(candidate),
  };
  process.stdout.write(`${JSON.stringify(record)}\n`);
}
await model[Symbol.asyncDispose]();

function closedSet(examples) {
  const [{ options: given }] = examples;
  if (given !== undefined) return given;
  const targets = [...new Set(examples.map(({ target }) => target))].toSorted((a, b) =>
    a < b ? -1 : 1,
  );
  return targets.length <= 5 ? targets : null;
}

async function trainingSignals(candidate) {
  const wanted = train.map((example) => ({
    example,
    accepted: [],
    options,
    negatives: [...new Set([...others[example.id], ...own[example.id]])],
  }));
  const scored = await scoreAnswers(model, candidate, wanted, { contentFree: true });
  const answers = await generateAnswers(model, candidate, train, limits, {});
  const per = (of) => scored.map(({ scores }, index) => rounded(of(scores, train[index])));
  const against =
    (of) =>
    (scores, { id }) => {
      const negatives = scores.negatives.filter(({ text }) => of[id].includes(text));
      return contrastLoss({ target: scores.target, negatives });
    };
  const choice = (scores, priors) =>
    choiceLoss(
      scores.options.map(({ text }) => text),
      scores.options.map(({ logProb }) => logProb),
      scores.options.map(({ text }) => text === scores.target.text),
      priors,
    );
  const priorsOf = ({ options: each, contentFree }) =>
    each.map(({ text }) => contentFree.get(text));
  const logistic = { form: "logistic", beta: 1, margin: 0 };
  return {
    crossEntropy: per(({ target }) => -target.logProb),
    tokens: per(({ target }) => target.tokens),
    ...(options === null
      ? {}
      : {
          format: per((scores) => choice(scores).format),
          decision: per((scores) => choice(scores).decision),
          corrected: per((scores) => choice(scores, priorsOf(scores)).decision),
          preference: per((scores) =>
            preferenceLoss(
              { target: scores.target, reference: new Map() },
              scores.options.filter(({ text }) => text !== scores.target.text),
              logistic,
            ),
          ),
        }),
    contrastOthers: per(against(others)),
    contrastOwn: per(against(own)),
    mutualInformation: per((scores) => -pointwiseMutualInformation(scores)),
    hit: await hits(train, answers),
  };
}

async function testHits(candidate) {
  const wanted = test.map((example) => ({ example, accepted: [], options, negatives: [] }));
  const scored = await scoreAnswers(model, candidate, wanted, { contentFree: false });
  const answers = await generateAnswers(model, candidate, test, limits, {});
  const chosen = ({ options: each, target }) =>
    each.every(({ logProb }) => logProb <= target.logProb) ? "1" : "0";
  return {
    crossEntropy: scored.map(({ scores }) => rounded(-scores.target.logProb)),
    hit: await hits(test, answers),
    ...(options === null ? {} : { chosen: scored.map(({ scores }) => chosen(scores)).join("") }),
  };
}

async function hits(examples, answers) {
  const given = examples.map((example, index) => ({ example, answer: answers[index].text }));
  const grades = await grade(given, { model, call: {} });
  return grades.map(({ isRight }) => (isRight ? "1" : "0")).join("");
}

function rounded(value) {
  return Number(value.toFixed(3));
}
