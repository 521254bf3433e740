import { modelError } from "../../../core/errors.ts";
import type { EncodeRequest, LanguageModel, TokenIds } from "../../../core/model.ts";
import { isOneModel, MEAN_TOLERANCE, numberGap, TOKEN_TOLERANCE } from "../number-gap.ts";

const TEXTS: readonly (readonly [prompt: string, answer: string])[] = [
  ["The capital of France is", " Paris, and the capital of Italy is Rome."],
  ["def add(a, b):\n    return", " a + b\n"],
  ["One, two, three, four,", " five, six, seven, eight, nine, ten"],
  ["The 12 quick\n\n  foxes' naïve Größe —", " 東京, \t{x: 3.14}"],
];

/** What two endpoints with the same model have in common. */
export interface Likeness {
  readonly url: string;
  /** The model's name there. */
  readonly served: string;
  /** Software, its version, and the length of the context. */
  readonly engine: string;
  readonly template: string;
  readonly texts: readonly { readonly text: string; readonly tokens: TokenIds }[];
  /** Of the answers' tokens, in order. */
  readonly logProbs: readonly number[];
}

/** Looks at a model at one endpoint: cuts plain texts, and scores them. */
export async function likenessOf(
  model: LanguageModel,
  { url, served }: Pick<Likeness, "url" | "served">,
  signal?: AbortSignal,
): Promise<Likeness> {
  const { engine, template } = model.identity;
  const requests = requestsFor(model);
  const encoded = await model.encode(requests);
  const scored = await model.score(
    encoded.map((each, index) => ({ id: `text ${index + 1}`, ...each })),
    signal === undefined ? {} : { signal },
  );
  return {
    url,
    served,
    engine,
    template,
    texts: encoded.map(({ context, target }, index) => ({
      text: requests[index]?.target ?? "",
      tokens: Int32Array.of(...context, ...target),
    })),
    logProbs: scored.flatMap(({ logProbs }) => [...logProbs]),
  };
}

function requestsFor({ capabilities }: LanguageModel): readonly EncodeRequest[] {
  return TEXTS.flatMap(([text, target]) => [
    { prompt: { kind: "text", text }, target, scoreEnd: false },
    ...(capabilities.chat
      ? [{ prompt: { kind: "chat", messages: [{ role: "user", content: text }] }, target } as const]
      : []),
  ]);
}

/** Refuses an endpoint that has not the same model as another, with what differs. */
export function requireSame(first: Likeness, other: Likeness): void {
  const difference = differenceOf(first, other);
  if (difference === null) return;
  throw modelError(
    "ENDPOINTS_DIFFER",
    `${other.url} has not the same model as ${first.url}: ${difference}`,
    {
      hint: "Endpoints of one model serve the same weights with the same template by the same version of the same software.",
    },
  );
}

function differenceOf(first: Likeness, other: Likeness): string | null {
  if (first.served !== other.served) return `it is called ${other.served}, not ${first.served}`;
  if (first.engine !== other.engine) return `it is ${other.engine}, not ${first.engine}`;
  const cut = first.texts.find(({ tokens }, index) => !equal(tokens, other.texts[index]?.tokens));
  if (cut !== undefined) return `it cuts ${JSON.stringify(cut.text)} into other tokens`;
  if (first.template !== other.template) return "its chat template is another";
  const gap = numberGap(first.logProbs, other.logProbs);
  return isOneModel(gap)
    ? null
    : `its log-probabilities of the same ${first.logProbs.length} tokens differ by ${gap.mean.toFixed(3)} nats in the mean and ${gap.largest.toFixed(3)} at the most (allowed are ${MEAN_TOLERANCE} and ${TOKEN_TOLERANCE})`;
}

function equal(a: TokenIds, b: TokenIds | undefined): boolean {
  return a.length === b?.length && a.every((token, place) => token === b[place]);
}
