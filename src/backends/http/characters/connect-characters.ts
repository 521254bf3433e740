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
import { TextScorer } from "../texts/scorer.ts";
import type { Transport } from "../transport.ts";
import { CharacterModel } from "./model.ts";

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
  { api: name, version }: TextServer,
  options: HttpModelSettings,
): LanguageModel {
  if (isEstimating(name)) {
    const api = STEPWISE_APIS[name];
    return new CharacterModel({
      client,
      api,
      served: served.id,
      scorer: new StepwiseScorer(client, api, served.id),
      identity: identityOf(client, served, { name: options.name, api: name }, [
        versioned(api.label, version),
        `estimated by the ${LISTED_TOKENS} likeliest tokens`,
      ]),
      capabilities: {
        ...capabilitiesOf(served, options),
        chat: api.takes === "chat",
        ...(api.takes === "chat" ? { plain: false } : {}),
        stepwise: { isEstimate: true },
        prefixSharingNote: "each token of an answer takes a request of its own",
      },
    });
  }
  const api = TEXT_APIS[name];
  if (options.concurrency === undefined && api.concurrency !== undefined) {
    client.setConcurrency(api.concurrency);
  }
  return new CharacterModel({
    client,
    api,
    served: served.id,
    scorer: new TextScorer(client, api, served.id),
    identity: identityOf(client, served, { name: options.name, api: name }, [
      versioned(api.label, version),
    ]),
    capabilities: capabilitiesOf(served, options),
  });
}

function versioned(label: string, version: string | null): string {
  return version === null ? label : `${label} ${version}`;
}

/** Nothing is known of weights and tokenizer: place, interface and name stand for them. */
function identityOf(
  client: Transport,
  { id, root, contextTokens }: ServedModel,
  { name, api }: { readonly name: string; readonly api: TextServer["api"] },
  engine: readonly string[],
): ModelIdentity {
  const facts = JSON.stringify([client.place, api, id, root]);
  return {
    name,
    weights: createHash("sha256").update(facts).digest("hex"),
    format: root === null || root === id ? id : `${id} (${root})`,
    engine: [...engine, `context ${contextTokens ?? "unknown"}`].join(", "),
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
