import { askModel, formFor } from "../../analysis/ask.ts";
import type { CallOptions } from "../../core/model.ts";
import type { RewriterForm } from "../../core/task.ts";
import type { TextModel } from "../../core/text-model.ts";
import { rewording, type Shortening } from "../../optimizer/shortening.ts";
import { promptInReply } from "../check-rewrite.ts";
import { shortenRequest } from "../templates/shorten.ts";

/** How a model is asked for shorter versions. */
export interface RewriterSettings {
  readonly form: RewriterForm | "auto";
  readonly seed: number;
  readonly call: CallOptions;
}

/** Versions asked for at once: the first is greedy, the others vary. */
const VERSIONS = 4;

/** Has a model say the whole instruction in fewer words. */
export function shorterVersions(rewriter: TextModel, settings: RewriterSettings): Shortening {
  return async ({ instruction }) => {
    if (instruction === "") return [];
    const request = shortenRequest(formFor(rewriter, settings.form), instruction);
    const [tokens = 0] = await rewriter.countTokens([instruction]);
    // A version that is as long as the prompt is no use.
    const maxTokens = tokens + 16;
    const ask = { maxTokens, seed: settings.seed, label: "shorten" };
    const greedy = { temperature: 0, topP: 1, topK: 0, minP: 0 };
    const varied = { temperature: 0.7, topP: 0.95, topK: 0, minP: 0.05 };
    const others = Array.from({ length: VERSIONS - 1 }, () => request);
    const replies = [
      ...(await askModel(rewriter, [request], { ...ask, sampling: greedy }, settings.call)),
      ...(await askModel(rewriter, others, { ...ask, sampling: varied }, settings.call)),
    ];
    const versions = replies.flatMap((reply) => (reply === null ? [] : promptInReply(reply.text)));
    return [...new Set(versions)]
      .filter((version) => version.length < instruction.length)
      .map((version) =>
        rewording("rewrite", { start: 0, end: instruction.length, replacement: version }),
      );
  };
}
