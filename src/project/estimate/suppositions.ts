import type { Suppositions } from "../../backends/llama-cpp/dry-run.ts";
import { commonPrefix } from "../../backends/llama-cpp/plan.ts";
import type { Candidate } from "../../core/candidate.ts";
import type { Example } from "../../core/example.ts";
import { MARK_PARTS } from "../../analysis/find-parts.ts";
import type { EncodedRequest, Generation, LanguageModel, TokenIds } from "../../core/model.ts";
import type { Objective } from "../../core/objective.ts";
import { encodeExamples } from "../../scoring/encode-examples.ts";
import type { SupposedTexts } from "./dry-text.ts";
import { landscape, type LossScale, REWRITE_MARK } from "./landscape.ts";
import type { MeasuredAnswer, Measurements } from "./measure.ts";

/** What prompts turn out to be worth, and the model's answers, in a search that goes as searches do. */
export interface SupposedSearch extends Suppositions {
  /** Says which candidate and example stand behind prompts that will be asked about. */
  expect(candidate: Candidate, examples: readonly Example[]): Promise<void>;
}

/** What is known before anything is supposed. */
export interface Known extends Pick<Measurements, "answers"> {
  readonly start: Candidate;
  readonly scale: LossScale;
}

interface Expected {
  readonly candidate: Candidate;
  readonly example: Example;
  /** The prompt's ids. */
  readonly context: TokenIds;
  readonly target: TokenIds;
}

/**
 * Answers of the scored model. Prompts that nobody announced, such as masked ones, count as the
 * incumbent's; answers other than the known one stay as likely as the anchor makes that.
 */
export function supposedSearch(
  seed: number,
  model: LanguageModel,
  objective: Objective,
  { start, scale, answers }: Known,
  incumbent: () => Candidate,
): SupposedSearch {
  const { nats } = landscape(seed, scale);
  const cue = objective.kind === "answer-after-reasoning" ? objective.cue : "";
  const expected = new Map<string, Expected>();
  /** Prompts behind which the model wrote something, by their ids. */
  const begun = new Map<string, Expected>();
  const expectedFor = (context: TokenIds): Expected | undefined =>
    expected.get(context.join()) ?? prefixOf(context, begun.values());
  return {
    expect: async (candidate, examples) => {
      const prompts = examples.map((example) => ({ example, targets: [] }));
      const answered = examples.map((example) => ({
        example,
        targets: [example.target],
        ...(cue === "" ? {} : { prefix: cue }),
      }));
      const targets = (await encodeExamples(model, candidate, answered, {})).flat();
      const contexts =
        cue === "" ? targets : (await encodeExamples(model, candidate, prompts, {})).flat();
      examples.forEach((example, index) => {
        const { context } = contexts[index] as EncodedRequest;
        const { target } = targets[index] as EncodedRequest;
        expected.set(context.join(), { candidate, example, context, target });
      });
    },
    score: (requests) =>
      requests.map(({ id, context, target }) => {
        const known = expectedFor(context);
        const isAnswer = known === undefined || known.target.join() === target.join();
        const candidate = isAnswer ? (known?.candidate ?? incumbent()) : scale.anchor;
        const total = nats(candidate, known?.example ?? { id });
        return { logProbs: new Float64Array(target.length).fill(-total / target.length) };
      }),
    generate: (requests) =>
      requests.map(({ context }, index) => {
        const known = expected.get(context.join());
        if (known !== undefined) begun.set(context.join(), known);
        const candidate = known?.candidate ?? incumbent();
        const written = candidate.demonstrations.length === 0 ? answers.bare : answers.shown;
        const answer = written[index % written.length] as MeasuredAnswer;
        if (known === undefined) return answer;
        const isFound = candidate !== start && answer.finish === "length";
        return answer.isKnown || isFound ? knownAnswer(known) : answer;
      }),
  };
}

/**
 * What a prompt that a search found writes instead of going on and on: its loss counts the end of
 * the answer. In ten recorded searches with SmolLM2-135M such prompts ended 19 of 20 answers there.
 */
function knownAnswer({ example, target }: Expected): Generation {
  return { text: example.target, tokenCount: target.length, finish: "end" };
}

function prefixOf(context: TokenIds, prompts: Iterable<Expected>): Expected | undefined {
  for (const prompt of prompts) {
    if (commonPrefix(prompt.context, context) === prompt.context.length) return prompt;
  }
  return undefined;
}

/**
 * A rewriter's replies: the prompt it was asked about, changed a little. Where it is to mark parts
 * it writes twice as much, as it did in recorded searches.
 */
export function supposedRewriter(instruction: string): Suppositions & SupposedTexts {
  const copyTokens = Math.ceil(instruction.length / 4) + 4;
  let count = 0;
  return {
    score: () => {
      throw new RangeError("A rewriter scores nothing");
    },
    generate: (requests) =>
      requests.map(({ id, maxTokens }) => ({
        text: `${instruction} ${REWRITE_MARK} ${count++}`,
        tokenCount: Math.min(maxTokens, id.startsWith(MARK_PARTS) ? 2 * copyTokens : copyTokens),
        finish: "end",
      })),
  };
}

/** A judge that cannot decide, whether it is scored or asked for a word. */
export function supposedJudge(): Suppositions & SupposedTexts {
  return {
    score: (requests) =>
      requests.map(({ target }) => ({ logProbs: new Float64Array(target.length).fill(-1) })),
    generate: (requests) => requests.map(() => ({ text: "", tokenCount: 2, finish: "end" })),
  };
}
