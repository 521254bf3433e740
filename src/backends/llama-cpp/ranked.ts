import type {
  PlaceScore,
  RankedScoreRequest,
  WriteRequest,
  WrittenToken,
} from "../../core/local-model.ts";
import { type GenerateResult, generateTexts } from "./generate.ts";
import { logSumExp } from "./logit-row.ts";
import type { NativeModel } from "./native-model.ts";
import { placeScore } from "./place-score.ts";
import type { PrefixStore } from "./prefix-store.ts";
import { scoreRequests } from "./score.ts";

/** What the model says at each place of every request's target, and the tokens evaluated for it. */
export interface RankedResult {
  readonly results: readonly (readonly PlaceScore[])[];
  readonly evaluatedTokens: number;
}

/** As `scoreRequests`, with rank and likeliest tokens at each place. */
export function scoreRanked(
  model: NativeModel,
  requests: readonly RankedScoreRequest[],
  prefixes: PrefixStore | null,
  checkCancelled: () => void,
): RankedResult {
  const results = requests.map((): PlaceScore[] => []);
  const { evaluatedTokens } = scoreRequests(
    model,
    requests,
    prefixes,
    checkCancelled,
    ({ request, index, token }, logits, start, total) => {
      const { topCount } = requests[request] as RankedScoreRequest;
      const place = { logits, start, size: model.vocabSize, total };
      (results[request] as PlaceScore[])[index] = placeScore(place, token, topCount);
    },
  );
  return { results, evaluatedTokens };
}

/** A token of one of several texts that are being written. */
export interface WriteProgress {
  readonly request: number;
  readonly written: WrittenToken;
}

/** As `generateTexts`, and tells of every token. */
export function writeTexts(
  model: NativeModel,
  requests: readonly WriteRequest[],
  prefixes: PrefixStore | null,
  checkCancelled: () => void,
  tell: (progress: WriteProgress) => void,
): GenerateResult {
  return generateTexts(
    model,
    requests,
    prefixes,
    checkCancelled,
    (request, token, logits, start) => {
      const { topCount } = requests[request] as WriteRequest;
      const size = model.vocabSize;
      const place =
        topCount === null
          ? null
          : placeScore(
              { logits, start, size, total: logSumExp(logits, start, size) },
              token,
              topCount,
            );
      tell({ request, written: { token, place } });
    },
  );
}
