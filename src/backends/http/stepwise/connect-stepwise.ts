import { createHash } from "node:crypto";
import type { EstimatingApiName } from "../../../core/endpoint.ts";
import type { LanguageModel } from "../../../core/model.ts";
import { parametersByName, type ServedModel } from "../endpoint-facts.ts";
import type { HttpModelSettings } from "../model-options.ts";
import type { Transport } from "../transport.ts";
import { CHAT_STEPWISE, DEEPSEEK } from "./chat.ts";
import { COMPLETIONS_STEPWISE } from "./completions.ts";
import { STEPWISE, StepwiseModel } from "./model.ts";
import { LISTED_TOKENS, type StepwiseApi } from "./stepwise-api.ts";

const STEPWISE_APIS: Readonly<Record<EstimatingApiName, StepwiseApi>> = {
  "completions-stepwise": COMPLETIONS_STEPWISE,
  "chat-stepwise": CHAT_STEPWISE,
  deepseek: DEEPSEEK,
};

/** Where neither server nor user says how long a context may be. */
const USUAL_CONTEXT_TOKENS = 4096;

/** The model of a server that takes texts alone, at what requests are sent through. */
export function connectStepwise(
  client: Transport,
  served: ServedModel,
  { api: name, version }: { readonly api: EstimatingApiName; readonly version: string | null },
  options: HttpModelSettings,
): LanguageModel {
  const api = STEPWISE_APIS[name];
  const { id, root, contextTokens } = served;
  const most = contextTokens ?? options.contextTokens ?? USUAL_CONTEXT_TOKENS;
  const room = Math.min(most, options.contextTokens ?? Infinity) - 1;
  const facts = JSON.stringify([client.place, api.name, id, root]);
  return new StepwiseModel({
    client,
    api,
    served: id,
    identity: {
      name: options.name,
      weights: createHash("sha256").update(facts).digest("hex"),
      format: root === null || root === id ? id : `${id} (${root})`,
      engine: [
        version === null ? api.label : `${api.label} ${version}`,
        `estimated by the ${LISTED_TOKENS} likeliest tokens`,
        `context ${contextTokens ?? "unknown"}`,
      ].join(", "),
      template: "",
    },
    capabilities: {
      score: true,
      generate: true,
      chat: api.takes === "chat",
      ...(api.takes === "chat" ? { plain: false } : {}),
      stepwise: STEPWISE,
      prefixSharing: false,
      prefixSharingNote: "each token of an answer takes a request of its own",
      // The server refuses what is too long after all: other texts have fewer characters a token.
      contextTokens: room * STEPWISE.idsPerToken,
      parameters: parametersByName(served),
    },
  });
}
