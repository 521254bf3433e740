/**
 * The public library: everything a program needs to score, mask and optimise prompts.
 * @module
 */
export type { Candidate, Layout, Message, RenderedPrompt, Role } from "./core/candidate.ts";
export { candidateKey, layoutName } from "./core/candidate.ts";
export { PmpoError } from "./core/errors.ts";
export type { Dataset, DataSplit, Demonstration, Example } from "./core/example.ts";
export type {
  ChoiceLoss,
  ChoiceMetrics,
  ExampleLoss,
  GradedLoss,
  LikelihoodLoss,
  LossSummary,
} from "./core/loss.ts";
export {
  ACCURACY,
  AFTER_REASONING,
  type AnswerScore,
  CROSS_ENTROPY,
  DECISION,
  type ExampleScores,
  type LikelihoodObjective,
  type Objective,
} from "./core/objective.ts";
export { summariseLosses } from "./core/loss.ts";
export type {
  CallOptions,
  EncodedRequest,
  EncodeRequest,
  Estimated,
  GenerateRequest,
  Generation,
  LanguageModel,
  ModelCapabilities,
  ModelIdentity,
  Sampling,
  ScoreRequest,
  Sent,
  Stepwise,
  TokenIds,
  TokenLogProbs,
  Usage,
} from "./core/model.ts";
export { parseProviderModel, type ProviderName } from "./core/provider.ts";
export {
  canScore,
  type TextCapabilities,
  type TextModel,
  type TextRequest,
  writerOf,
  type WrittenText,
} from "./core/text-model.ts";
export { createTextModel, type TextModelOptions } from "./backends/text/model.ts";
export type { Proposer, ProposalContext, Proposals } from "./core/proposal.ts";
export type { RunEvent, RunLog, VerdictReached } from "./core/run-event.ts";
export { foldRun, type RunState } from "./core/run-state.ts";
export type { SearchSettings, Task } from "./core/task.ts";
export { createHttpModel } from "./backends/http/connect.ts";
export type { HttpModelOptions, HttpModelSettings } from "./backends/http/model-options.ts";
export { createHttpPool, type HttpPoolOptions } from "./backends/http/pool/pool-model.ts";
export {
  convertGguf,
  createLlamaCppModel,
  type LlamaCppOptions,
} from "./backends/llama-cpp/model.ts";
export { dryRun, type Suppositions } from "./backends/llama-cpp/dry-run.ts";
export { renderPrompt } from "./scoring/render.ts";
export { scoreAnswers, type AnswersToScore, type ScoredAnswers } from "./scoring/score-answers.ts";
export { exampleLoss } from "./objectives/objective.ts";
export { choiceLoss } from "./objectives/choice.ts";
export { contrastLoss, pointwiseMutualInformation } from "./objectives/contrast.ts";
export { preferenceLoss } from "./objectives/preference.ts";
export { spearman } from "./statistics/correlation.ts";
export { createRandom } from "./core/random.ts";
export { answerLimits, generateAnswers } from "./evaluation/answer.ts";
export { otherTargets, ownWrongAnswers } from "./evaluation/negatives.ts";
export {
  EXACT,
  FINAL_NUMBER,
  type GivenAnswer,
  type Grade,
  type Grader,
  type GradingModel,
  JUDGE,
  type JudgeMetric,
  type Metric,
} from "./core/metric.ts";
export { builtInGrader, checkedGrader } from "./evaluation/metrics.ts";
export { judgeGrader } from "./evaluation/judge-metric.ts";
export { preferAnswers, type PreferenceCount } from "./evaluation/prefer-answers.ts";
export { scoreCandidate, scoreInDetail, type Scoring } from "./scoring/score-candidate.ts";
export { splitIntoParts } from "./analysis/parts.ts";
export { maskParts, measureParts } from "./analysis/mask.ts";
export { type AnswerChange, answerChange, tokenContributions } from "./analysis/attribute.ts";
export type { AnswerToken } from "./core/answer-token.ts";
export { readDataset } from "./datasets/read-dataset.ts";
export { splitExamples } from "./datasets/split.ts";
export { resolveModel } from "./models/resolve.ts";
export { configFromObject } from "./config/parse-config.ts";
export type { Config } from "./config/config.ts";
export { loadConfig } from "./config/load-config.ts";
export { type FinishedRun, resumeRun, type RunServices, startRun } from "./project/run.ts";
export { compareResults, type Comparison } from "./evaluation/compare-results.ts";
export { findingOf, verdictText } from "./evaluation/verdict-text.ts";
export { drawOrder, evidenceAgainst, isBeaten, looks } from "./optimizer/race.ts";
export { logEvidenceAboveZero } from "./statistics/finite-total.ts";
export { choiceMetrics } from "./evaluation/choice-metrics.ts";
export { brierScore, expectedCalibrationError } from "./statistics/calibration.ts";
export { pairedBootstrap } from "./statistics/interval.ts";
export { ALL_PROPOSERS } from "./proposers/all.ts";
