import { createHash } from "node:crypto";
import {
  type EstimatingApiName,
  isEstimating,
  type TextScoringApiName,
} from "../../../core/endpoint.ts";
import type { LanguageModel, ModelCapabilities, ModelIdentity } from "../../../core/model.ts";
import { parametersByName, type ServedModel } from "../endpoint-facts.ts";
import type { HttpModelSettings } from "../model-options.ts";
import { STEPWISE_APIS } from "../stepwise/all.ts";
import { StepwiseScorer } from "../stepwise/scorer.ts";
import { LISTED_TOKENS } from "../stepwise/stepwise-api.ts";
import { TEXT_APIS } from "../texts/all.ts";
import { textScorer } from "../texts/scorer.ts";
import type { Transport } from "../transport.ts";
import { type CharacterApi, CharacterModel, type CharacterScorer } from "./model.ts";

/** A token has four characters of English, about. */
const CHARACTERS_PER_TOKEN = 4;
/** Where neither server nor user says how long a context may be. */
const USUAL_CONTEXT_TOKENS = 4096;

/** A server that takes texts alone, and what is known of it. */
interface TextServer {
  readonly api: TextScoringApiName | EstimatingApiName;
  readonly version: string | null;
}

/** The model of a server that takes texts alone, at what requests are sent through. */
export function connectCharacters(
  client: Transport,
  served: ServedModel,
  server: TextServer,
  options: HttpModelSettings,
): LanguageModel {
  const speech = isEstimating(server.api)
    ? estimating(client, served, server.api)
    : scoring(client, served, server.api);
  if (options.concurrency === undefined && speech.concurrency !== undefined) {
    client.setConcurrency(speech.concurrency);
  }
  return new CharacterModel({
    client,
    api: speech.api,
    served: served.id,
    scorer: speech.scorer,
    identity: {
      name: options.name,
      ...identityOf(client, served, server, speech),
    },
    capabilities: { ...capabilitiesOf(served, options), ...speech.capabilities },
  });
}

/** How one kind of server is scored. */
interface Speech {
  readonly api: CharacterApi;
  readonly scorer: CharacterScorer;
  /** What of the way it is scored its numbers depend on. */
  readonly method: readonly string[];
  readonly concurrency?: number | undefined;
  readonly capabilities: Partial<ModelCapabilities>;
}

function estimating(client: Transport, { id }: ServedModel, name: EstimatingApiName): Speech {
  const api = STEPWISE_APIS[name];
  return {
    api,
    scorer: new StepwiseScorer(client, api, id),
    method: [`estimated by the ${LISTED_TOKENS} likeliest tokens`],
    capabilities: {
      chat: api.takes === "chat",
      ...(api.takes === "chat" ? { plain: false } : {}),
      stepwise: { isEstimate: true },
      prefixSharingNote: "each token of an answer takes a request of its own",
    },
  };
}

function scoring(client: Transport, { id }: ServedModel, name: TextScoringApiName): Speech {
  const api = TEXT_APIS[name];
  return {
    api,
    scorer: textScorer({ client, api, served: id }),
    method: [],
    concurrency: api.concurrency,
    capabilities: {},
  };
}

/** Nothing is known of weights and tokenizer: place, interface and name stand for them. */
function identityOf(
  client: Transport,
  { id, root, contextTokens }: ServedModel,
  { api, version }: TextServer,
  { api: { label }, method }: Speech,
): Omit<ModelIdentity, "name"> {
  const facts = JSON.stringify([client.place, api, id, root]);
  const engine = version === null ? label : `${label} ${version}`;
  return {
    weights: createHash("sha256").update(facts).digest("hex"),
    format: root === null || root === id ? id : `${id} (${root})`,
    engine: [engine, ...method, `context ${contextTokens ?? "unknown"}`].join(", "),
    template: "",
  };
}

function capabilitiesOf(
  served: ServedModel,
  { contextTokens }: HttpModelSettings,
): ModelCapabilities {
  const most = served.contextTokens ?? contextTokens ?? USUAL_CONTEXT_TOKENS;
  const room = Math.min(most, contextTokens ?? Infinity) - 1;
  return {
    score: true,
    generate: true,
    chat: false,
    charactersPerToken: CHARACTERS_PER_TOKEN,
    prefixSharing: false,
    prefixSharingNote: "the server does not say that it does",
    // The server refuses what is too long after all: other texts have fewer characters a token.
    contextTokens: room * CHARACTERS_PER_TOKEN,
    parameters: parametersByName(served),
  };
}
