import type { PlaceScore, RankedToken } from "../core/local-model.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A token with what the model says of it; null for a first token, which nothing precedes. */
export interface ScoredToken {
  readonly token: number;
  readonly place: PlaceScore | null;
}

/** How tokens are named in answers. */
type NameToken = (token: number) => string;

/** Names tokens by their text, or as `token_id:42`. */
export function tokenNames(vocabulary: Vocabulary, asIds: boolean): NameToken {
  return asIds ? (token) => `token_id:${token}` : (token) => vocabulary.text(token);
}

/** OpenAI's `logprobs` of completions. Offsets are in code points of the tokens' texts one after another. */
export function legacyLogProbs(
  tokens: readonly ScoredToken[],
  topCount: number,
  nameOf: NameToken,
): object {
  let offset = 0;
  return {
    tokens: tokens.map(({ token }) => nameOf(token)),
    token_logprobs: tokens.map(({ place }) => place?.logProb ?? null),
    top_logprobs: tokens.map((scored) => topByName(scored, topCount, nameOf)),
    text_offset: tokens.map(({ token }) => {
      const start = offset;
      offset += Array.from(nameOf(token)).length;
      return start;
    }),
  };
}

/** The likeliest tokens and the one that stands there. Of tokens with the same name the likeliest counts. */
function topByName(
  { token, place }: ScoredToken,
  topCount: number,
  nameOf: NameToken,
): Readonly<Record<string, number>> | null {
  if (place === null) return null;
  // A token may be called `constructor`: the names are nobody's members.
  const named = Object.create(null) as Record<string, number>;
  for (const each of alternatives(token, place, topCount)) {
    named[nameOf(each.token)] ??= each.logProb;
  }
  return named;
}

/** vLLM's `prompt_logprobs`: for each token an entry by id, null for the first. */
export function promptLogProbs(
  tokens: readonly ScoredToken[],
  topCount: number,
  vocabulary: Vocabulary,
): readonly (object | null)[] {
  return tokens.map(({ token, place }) => {
    if (place === null) return null;
    const ranked = alternatives(token, place, topCount).map((each, index) => [
      String(each.token),
      {
        logprob: each.logProb,
        rank: each.token === token ? place.rank : index + 1,
        decoded_token: vocabulary.text(each.token),
      },
    ]);
    return Object.fromEntries(ranked) as object;
  });
}

/** OpenAI's `logprobs` of conversations. */
export function chatLogProbs(
  tokens: readonly ScoredToken[],
  topCount: number,
  vocabulary: Vocabulary,
): object {
  const described = ({ token, logProb }: RankedToken): object => ({
    token: vocabulary.text(token),
    logprob: logProb,
    bytes: [...vocabulary.bytes(token)],
  });
  return {
    content: tokens.flatMap(({ token, place }) =>
      place === null
        ? []
        : {
            ...described({ token, logProb: place.logProb }),
            top_logprobs: place.top.slice(0, topCount).map(described),
          },
    ),
    refusal: null,
  };
}

/** The likeliest tokens, and the one that stands there where it is not among them. */
function alternatives(token: number, place: PlaceScore, topCount: number): readonly RankedToken[] {
  const top = place.top.slice(0, topCount);
  return top.some((each) => each.token === token)
    ? top
    : [...top, { token, logProb: place.logProb }];
}
