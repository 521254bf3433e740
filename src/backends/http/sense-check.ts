import { modelError } from "../../core/errors.ts";
import { answerLength, type EncodeRequest, type LanguageModel } from "../../core/model.ts";

/** Texts whose true end every language model finds likelier than the other. */
const SENSE_PAIRS: readonly (readonly [text: string, likely: string, unlikely: string])[] = [
  ["The capital of France is", " Paris", " spoon"],
  ["One, two, three, four,", " five", " Paris"],
  ["Monday, Tuesday, Wednesday,", " Thursday", " yellow"],
  ["a b c d e f a b c d e", " f", " 9"],
  ["The sun rises in the", " east", " fork"],
];

/** How much likelier a model finds true ends of plain sentences than nonsense. */
export interface SenseCheck {
  readonly pairs: number;
  /** Of which the true end was likelier. */
  readonly right: number;
  /** Mean gap, nats a token. */
  readonly gap: number;
}

/** Scores likely and unlikely ends of plain sentences in one call. */
export async function measureSense(
  model: LanguageModel,
  signal?: AbortSignal,
): Promise<SenseCheck> {
  const texts = SENSE_PAIRS.flatMap(([text, ...ends]) => ends.map((end) => ({ text, end })));
  const encoded = await model.encode(
    texts.map(({ text, end: target }) => ({
      ...beginning(text, model),
      target,
      scoreEnd: false,
    })),
  );
  const scored = await model.score(
    encoded.map((each, index) => ({ id: `sentence ${index + 1}`, ...each })),
    signal === undefined ? {} : { signal },
  );
  const means = scored.map(
    ({ logProbs }) =>
      logProbs.reduce((total, logProb) => total + logProb, 0) /
      answerLength(logProbs, model.capabilities),
  );
  const gaps = SENSE_PAIRS.map((_, pair) => (means[2 * pair] ?? 0) - (means[2 * pair + 1] ?? 0));
  return {
    pairs: gaps.length,
    right: gaps.filter((gap) => gap > 0).length,
    gap: gaps.reduce((total, gap) => total + gap, 0) / gaps.length,
  };
}

/** The text as a prompt; as the beginning of an answer where a model takes conversations alone. */
function beginning(
  text: string,
  { capabilities }: LanguageModel,
): Pick<EncodeRequest, "prompt" | "prefix"> {
  if (capabilities.plain !== false) return { prompt: { kind: "text", text } };
  const content = "Say something that everybody knows.";
  return { prompt: { kind: "chat", messages: [{ role: "user", content }] }, prefix: text };
}

/** A base model of 100 million parameters passes; chance and numbers of other tokens do not. */
export function makesSense({ pairs, right, gap }: SenseCheck): boolean {
  return right >= pairs - 1 && gap > 1;
}

/** Refuses a model whose numbers make no sense. */
export async function checkSense(
  model: LanguageModel,
  url: string,
  signal?: AbortSignal,
): Promise<void> {
  const { pairs, right, gap } = await measureSense(model, signal);
  if (makesSense({ pairs, right, gap })) return;
  throw modelError(
    "ENDPOINT_SCORES_WRONG",
    `${url} finds the true end of only ${right} of ${pairs} plain sentences likelier than nonsense: its log-probabilities are not those of the tokens sent`,
    { hint: "`pmpo probe --endpoint URL` shows what the endpoint does." },
  );
}
