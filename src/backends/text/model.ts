import { createHash } from "node:crypto";
import type { LanguageModelV3 } from "@ai-sdk/provider";
import { messageOf, modelError, PmpoError } from "../../core/errors.ts";
import {
  addUsage,
  type CallOptions,
  type ModelIdentity,
  NO_USAGE,
  type Usage,
} from "../../core/model.ts";
import type { ProviderName } from "../../core/provider.ts";
import type {
  TextCapabilities,
  TextModel,
  TextRequest,
  WrittenText,
} from "../../core/text-model.ts";
import { together } from "../../core/together.ts";
import { parametersByName } from "../http/endpoint-facts.ts";
import type { HttpClient } from "../http/http-client.ts";
import { badReply } from "../http/http-error.ts";
import { type ClientOptions, clientFor } from "../http/model-options.ts";
import { redactor } from "../http/redact.ts";
import { isTooLong } from "../http/too-long.ts";
import { withHints } from "./failures.ts";
import { openChat, PROVIDERS } from "./providers.ts";
import { generate, readText, sdkCall, type SdkText } from "./sdk-call.ts";
import { sdkFetch } from "./sdk-fetch.ts";

/** A model that writes: at a service, or behind OpenAI's chat completions at any address. */
export interface TextModelOptions extends Omit<ClientOptions, "url"> {
  /** Null: OpenAI's chat completions. */
  readonly provider: ProviderName | null;
  /** With the version at its end; null: the service's own. */
  readonly url: string | null;
  /** As the service or server calls it. */
  readonly model: string;
  /** As the user named it. */
  readonly name: string;
  /** Tokens that the model may write unseen before its text; default 0. */
  readonly reasoningTokens?: number;
}

/** Opens a model that only writes. Nothing is sent before its first text. */
export async function createTextModel(options: TextModelOptions): Promise<TextModel> {
  const { provider, model, key } = options;
  const url = options.url ?? (provider === null ? null : PROVIDERS[provider].url);
  if (url === null) {
    throw modelError("ENDPOINT_ADDRESS", `${options.name}: a chat server needs an address`);
  }
  const client = clientFor({ ...options, url });
  const settings = { baseUrl: url, key, fetch: sdkFetch(client) };
  const sdk =
    provider === null
      ? await openChat(model, settings)
      : await PROVIDERS[provider].open(model, settings);
  return new SdkTextModel(sdk, client, { ...options, url });
}

/** Supposed of a service's models: all are large. */
const SERVICE_PARAMETERS = 1e11;

class SdkTextModel implements TextModel {
  readonly identity: ModelIdentity;
  readonly capabilities: TextCapabilities;
  readonly #sdk: LanguageModelV3;
  readonly #client: HttpClient;
  readonly #options: TextModelOptions;

  constructor(
    sdk: LanguageModelV3,
    client: HttpClient,
    options: TextModelOptions & { readonly url: string },
  ) {
    this.#sdk = sdk;
    this.#client = client;
    this.#options = options;
    this.identity = identityOf(options);
    const { provider, model } = options;
    const served = { id: model, ownedBy: undefined, root: null, contextTokens: null };
    this.capabilities = {
      chat: true,
      plain: false,
      parameters: provider === null ? parametersByName(served) : SERVICE_PARAMETERS,
    };
  }

  countTokens(texts: readonly string[]): Promise<readonly number[]> {
    return Promise.resolve(texts.map(guessedTokens));
  }

  async write(
    requests: readonly TextRequest[],
    { signal, onUsage }: CallOptions = {},
  ): Promise<readonly (WrittenText | null)[]> {
    let usage: Usage = NO_USAGE;
    const one = async (request: TextRequest, either: AbortSignal): Promise<WrittenText | null> => {
      const written = await this.#ask(request, either);
      if (written === null) return null;
      const { cachedTokens, reasoningTokens, ...text } = written;
      checkReasoning(request, text, reasoningTokens);
      usage = addUsage(usage, usageOf(text, cachedTokens));
      return text;
    };
    const texts = await together(requests, one, signal);
    if (requests.length > 0) onUsage?.(usage);
    return texts;
  }

  async #ask(request: TextRequest, signal: AbortSignal): Promise<SdkText | null> {
    const { reasoningTokens = 0, key } = this.#options;
    const call = sdkCall(request, reasoningTokens);
    try {
      return readText(await generate(this.#sdk, call, signal), request, guessedTokens);
    } catch (error) {
      const ours = pmpoErrorIn(error);
      if (ours === null) {
        const problem = redactor(key)(messageOf(error));
        throw badReply(this.#client.url, `${request.id}: the answer cannot be used: ${problem}`);
      }
      if (isTooLong(ours)) return null;
      throw withHints(ours, this.#options);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }
}

/** Weights cannot be seen from here: service or address and the model's name stand for them. */
function identityOf({ provider, url, model, name }: TextModelOptions): ModelIdentity {
  const label = provider === null ? "chat completions" : PROVIDERS[provider].label;
  const facts = JSON.stringify([provider, url, model]);
  return {
    name,
    weights: createHash("sha256").update(facts).digest("hex"),
    format: model,
    // Not how much room it has to reason: a run may go on with more.
    engine: label,
    template: "",
  };
}

/** The client's own error, which the SDK may have wrapped. */
function pmpoErrorIn(error: unknown): PmpoError | null {
  let inner = error;
  while (inner instanceof Error && !(inner instanceof PmpoError)) inner = inner.cause;
  return inner instanceof PmpoError ? inner : null;
}

const BYTES_PER_TOKEN = 3;

/** Rather too many: a token has four bytes of English, and three of most other languages. */
function guessedTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

function checkReasoning(
  { id, maxTokens }: TextRequest,
  { text, finish }: WrittenText,
  reasoningTokens: number,
): void {
  if (finish !== "length" || text.trim() !== "") return;
  // Many services do not tell how much was reasoning.
  const spent =
    reasoningTokens > 0
      ? `spent all its ${reasoningTokens} tokens on reasoning`
      : "used up its room, on reasoning it seems,";
  throw modelError("TEXT_ALL_REASONING", `${id}: the model ${spent} and wrote no text`, {
    hint: `Give it room for that beside the ${maxTokens} tokens of the text: \`reasoningTokens\` of the model, such as 4000.`,
  });
}

function usageOf({ promptTokens, tokenCount }: WrittenText, cachedTokens: number): Usage {
  const requestedTokens = promptTokens + tokenCount;
  return {
    ...NO_USAGE,
    calls: 1,
    requestedTokens,
    // The last token of an answer is drawn and never evaluated.
    evaluatedTokens: Math.max(0, requestedTokens - cachedTokens - 1),
    generatedTokens: tokenCount,
  };
}
