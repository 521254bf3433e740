import { formFor } from "../analysis/ask.ts";
import { modelError } from "../core/errors.ts";
import type { GradingModel } from "../core/metric.ts";
import type { CallOptions, LanguageModel, ScoreRequest } from "../core/model.ts";
import type { RewriterForm } from "../core/task.ts";
import { canScore, type TextModel, writerOf } from "../core/text-model.ts";
import type { JudgeQuestion } from "./templates/judge.ts";

/** What a judge is asked about an example, in the form that suits it. */
export interface AskedQuestion {
  readonly exampleId: string;
  readonly ask: (form: RewriterForm) => JudgeQuestion;
}

/**
 * How likely the judge says the first of a question's two words, of the two, from 0 to 1: read off
 * their likelihoods, so that it can neither evade nor be misread. One call to the model. A judge
 * that only writes is asked for the word: 1, 0, or 0.5 where its answer holds neither or both.
 */
export async function askJudge(
  questions: readonly AskedQuestion[],
  { model, call }: GradingModel,
): Promise<readonly number[]> {
  if (questions.length === 0) return [];
  return canScore(model) ? scoreWords(questions, model, call) : writeWords(questions, model, call);
}

async function scoreWords(
  questions: readonly AskedQuestion[],
  model: LanguageModel,
  call: CallOptions,
): Promise<readonly number[]> {
  const form = formFor(writerOf(model), "auto");
  const encoded = await model.encode(
    questions.flatMap(({ ask }) => {
      const { prompt, words } = ask(form);
      return words.map((target) => ({ prompt, target, scoreEnd: false }));
    }),
  );
  const requests = encoded.map((request, index): ScoreRequest => ({
    id: nameOf(questions[Math.floor(index / 2)]),
    ...request,
  }));
  const scored = await model.score(requests, call);
  const logProbs = scored.map(({ logProbs: each }) => each.reduce((sum, one) => sum + one, 0));
  return questions.map((_, index) => {
    const [first, second] = logProbs.slice(2 * index);
    return 1 / (1 + Math.exp((second as number) - (first as number)));
  });
}

/** Room for a word with something said around it. */
const WORD_TOKENS = 32;

async function writeWords(
  questions: readonly AskedQuestion[],
  model: TextModel,
  call: CallOptions,
): Promise<readonly number[]> {
  const form = formFor(model, "auto");
  const asked = questions.map(({ ask }) => ask(form));
  const requests = asked.map(({ prompt }, index) => ({
    id: nameOf(questions[index]),
    prompt,
    maxTokens: WORD_TOKENS,
    sampling: { temperature: 0, topP: 1, topK: 0, minP: 0 },
    seed: 0,
    stop: [],
  }));
  const answers = await model.write(requests, call);
  return asked.map(({ words }, index) => {
    const answer = answers[index] ?? null;
    if (answer === null) throw questionTooLong(nameOf(questions[index]), model);
    return saidWord(withoutThoughts(answer.text, requests[index]?.id ?? ""), words);
  });
}

/** What follows on thoughts that some models write into their text; words in those are no verdict. */
function withoutThoughts(text: string, id: string): string {
  const rest = text.replace(/<think>.*?<\/think>/gis, "");
  if (!/<think>/i.test(rest)) return rest;
  throw modelError("JUDGE_ALL_THOUGHT", `${id}: the judge was still thinking when its room ended`, {
    hint: "Give it room for that: `reasoningTokens` of the judge, such as 4000. Or name another judge.",
  });
}

/** 1 for the first word, 0 for the second, 0.5 where neither or both are said. */
function saidWord(text: string, [first, second]: JudgeQuestion["words"]): number {
  const said: readonly string[] = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  // "a" is no answer A, but "yes" is a Yes.
  const says = (word: string): boolean =>
    word.length === 1
      ? said.includes(word)
      : said.some((each) => each.toLowerCase() === word.toLowerCase());
  if (says(first) === says(second)) return 0.5;
  return says(first) ? 1 : 0;
}

function nameOf(question: AskedQuestion | undefined): string {
  return `the judge's question about example ${question?.exampleId ?? ""}`;
}

function questionTooLong(id: string, { identity }: TextModel): Error {
  return modelError("CONTEXT_OVERFLOW", `${id} does not fit the context of ${identity.name}`, {
    hint: "Shorten the example, or name another judge.",
  });
}
