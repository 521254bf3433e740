import { askModel, formFor } from "../analysis/ask.ts";
import { verdictOnPart } from "../analysis/mask.ts";
import { templateVariables } from "../core/candidate.ts";
import type { Example } from "../core/example.ts";
import { addUsage, type CallOptions, NO_USAGE, type Usage } from "../core/model.ts";
import type { ProposalContext, Proposals, Proposer } from "../core/proposal.ts";
import type { PartEffect } from "../core/run-event.ts";
import { inputText } from "../scoring/render.ts";
import { checkRewrite } from "./check-rewrite.ts";
import { rewriteRequest } from "./templates/rewrite.ts";

/** Rounds of asking before the operator gives up on what is still missing. */
const ROUNDS = 2;

const MAX_REPLY_TOKENS = { completion: 80, "chat-small": 400, "chat-large": 1200 } as const;

/** The paper's operator: a model rewrites the prompt, told of a hard example and of the mask analysis. */
export const rewriteProposer: Proposer = {
  operator: "rewrite",
  applies: (task) => task.search.instruction,
  propose: async (count, context, call) => {
    const seen = new Set<string>([context.incumbent.candidate.instruction]);
    const instructions: string[] = [];
    const refused: Record<string, number> = {};
    let usage: Usage = NO_USAGE;
    for (let round = 0; round < ROUNDS && instructions.length < count; round++) {
      const missing = count - instructions.length;
      // One spare reply for each two: small models often miss the form.
      const replies = await askForRewrites(Math.ceil(missing * 1.5), round, context, {
        ...call,
        onUsage: (cost) => {
          usage = addUsage(usage, cost);
        },
      });
      for (const { text, hardCase } of replies) {
        if (text === null) {
          refused["request-too-long"] = (refused["request-too-long"] ?? 0) + 1;
          continue;
        }
        const checked = checkRewrite(text, {
          prompt: context.incumbent.candidate.instruction,
          hardCase,
          maxCharacters: context.settings.maxInstructionCharacters,
          options: context.task.options,
        });
        if ("fault" in checked) {
          refused[checked.fault] = (refused[checked.fault] ?? 0) + 1;
        } else if (seen.has(checked.instruction)) {
          refused["duplicate"] = (refused["duplicate"] ?? 0) + 1;
        } else if (instructions.length < count) {
          seen.add(checked.instruction);
          instructions.push(checked.instruction);
        }
      }
    }
    return toProposals(instructions, refused, usage, context);
  },
};

function toProposals(
  instructions: readonly string[],
  refused: Readonly<Record<string, number>>,
  usage: Usage,
  { incumbent }: ProposalContext,
): Proposals {
  const candidates = instructions.map((instruction) => ({ ...incumbent.candidate, instruction }));
  return { candidates, refused, usage };
}

interface Reply {
  /** Null where the request did not fit the rewriter's context. */
  readonly text: string | null;
  readonly hardCase: Example;
}

async function askForRewrites(
  count: number,
  round: number,
  context: ProposalContext,
  call: CallOptions,
): Promise<readonly Reply[]> {
  const { hardCases, rewriter, settings, iteration } = context;
  const form = formFor(rewriter, settings.rewriterForm);
  const asked = Array.from(
    { length: count },
    (_, index) => hardCases[index % hardCases.length],
  ).filter((hardCase): hardCase is Example => hardCase !== undefined);
  const wrongAnswers = new Map(
    context.incumbent.losses.flatMap(({ exampleId, answer }) =>
      answer === undefined ? [] : [[exampleId, answer.text] as const],
    ),
  );
  const requests = asked.map((hardCase) =>
    rewriteRequest(form, {
      description: context.task.description,
      prompt: context.incumbent.candidate.instruction,
      hardInput: inputText(hardCase.inputs),
      hardTarget: hardCase.target,
      wrongAnswer: wrongAnswers.get(hardCase.id) ?? null,
      partLines: context.parts.map(partLine),
      variables: templateVariables(context.incumbent.candidate.instruction),
    }),
  );
  const generations = await askModel(
    rewriter,
    requests,
    {
      sampling: { ...settings.rewriterSampling, topK: 0, minP: 0 },
      maxTokens: MAX_REPLY_TOKENS[form],
      seed: context.random.integer(0x7fffffff),
      label: `rewrite ${iteration}.${round}`,
    },
    call,
  );
  return generations.map((generation, index) => ({
    text: generation?.text ?? null,
    hardCase: asked[index] as Example,
  }));
}

function partLine(part: PartEffect): string {
  const sign = part.deltaLoss >= 0 ? "+" : "−";
  const size = Math.abs(part.deltaLoss).toFixed(2);
  const verdict = verdictOnPart(part);
  const label = verdict === "inert" ? "does nothing" : verdict;
  return `${label} (${sign}${size} nats): ${part.text}`;
}
