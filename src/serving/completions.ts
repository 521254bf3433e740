import type { PlaceScore, WriteRequest } from "../core/local-model.ts";
import type { TokenIds } from "../core/model.ts";
import {
  type CompletionRequest,
  maxTokensOf,
  readCompletionRequest,
  scoresPrompt,
} from "./completion-request.ts";
import { completionChoice, completionPart } from "./completion-reply.ts";
import type { Caller } from "./engine-queue.ts";
import { checkLength, type GivenPrompt, promptsOf, promptTokens } from "./prompts.ts";
import { checkModel } from "./request-fields.ts";
import type { Service } from "./service.ts";
import { usageOf, writeParts, writeRequests, type WrittenText, writeText } from "./writing.ts";

/** A prompt as it was sent, and its tokens. */
interface Prompt {
  readonly given: GivenPrompt;
  readonly tokens: TokenIds;
}

/** What came of one prompt. */
interface Answer {
  /** For each token but the first; null where it was not asked for. */
  readonly places: readonly PlaceScore[] | null;
  readonly texts: readonly WrittenText[];
}

/** A request to /v1/completions that can be done. */
export interface CompletionWork {
  readonly request: CompletionRequest;
  readonly prompts: readonly Prompt[];
}

/** Reads a request, tokenizes its prompts and refuses what does not fit. */
export async function readCompletionWork(body: unknown, service: Service): Promise<CompletionWork> {
  const request = readCompletionRequest(body);
  checkModel(request.model, service.name);
  const given = promptsOf(request.prompt);
  const addSpecialTokens = request.add_special_tokens !== false;
  const tokens = await promptTokens(given, { addSpecialTokens }, service);
  const { contextTokens } = service.model.capabilities;
  for (const each of tokens) {
    checkLength("prompt", each.length, maxTokensOf(request), contextTokens);
  }
  const prompts = given.map((each, index) => ({
    given: each,
    tokens: tokens[index] as TokenIds,
  }));
  return { request, prompts };
}

/** Does the work and answers OpenAI's reply. Rejects with ApiError where too much is waiting. */
export async function complete(
  work: CompletionWork,
  service: Service,
  caller: Caller,
): Promise<object> {
  const { request, prompts } = work;
  service.queue.admit(costOf(work));
  const answers = await Promise.all(
    prompts.map((prompt) => answerPrompt(prompt, request, service, caller)),
  );
  const choices = prompts.flatMap((prompt, index) => {
    const { places, texts } = answers[index] as Answer;
    return texts.map((text) => completionChoice(request, { ...prompt, places }, text, service));
  });
  return {
    ...replyHead(service),
    choices: choices.map((choice, index) => ({ index, ...choice })),
    usage: usageOf(
      promptCount(prompts),
      answers.flatMap(({ texts }) => texts),
    ),
  };
}

/** Does the work and hands out OpenAI's chunks. Throws ApiError at once where too much is waiting. */
export function streamCompletion(
  work: CompletionWork,
  service: Service,
  caller: Caller,
): AsyncIterable<object> {
  const { request, prompts } = work;
  service.queue.admit(costOf(work));
  const requests = prompts.flatMap(({ tokens }) => textRequests(tokens, request, service));
  const parts = writeParts(requests, service, caller);
  const head = replyHead(service);
  return (async function* chunks() {
    const texts: WrittenText[] = [];
    for await (const part of parts) {
      if (part.whole !== null) texts.push(part.whole);
      yield { ...head, choices: [completionPart(request, part, service)] };
    }
    if (request.stream_options?.include_usage === true) {
      yield { ...head, choices: [], usage: usageOf(promptCount(prompts), texts) };
    }
  })();
}

async function answerPrompt(
  { tokens }: Prompt,
  request: CompletionRequest,
  service: Service,
  caller: Caller,
): Promise<Answer> {
  if (scoresPrompt(request) && writesOneLikeliest(request)) {
    return scoreAndWriteOne(tokens, request, service, caller);
  }
  const [places, ...texts] = await Promise.all([
    scoresPrompt(request) ? scorePrompt(tokens, request, service, caller) : null,
    ...textRequests(tokens, request, service).map((each) =>
      each.maxTokens === 0 ? NOTHING : writeText(each, service, caller),
    ),
  ]);
  return { places, texts };
}

const NOTHING: WrittenText = { text: "", tokens: [], finish: "length", stoppedBy: null };

function scorePrompt(
  tokens: TokenIds,
  request: CompletionRequest,
  { queue }: Service,
  caller: Caller,
): Promise<readonly PlaceScore[]> {
  if (tokens.length < 2) return Promise.resolve([]);
  const parts = { context: tokens.slice(0, 1), target: tokens.slice(1) };
  return queue.score({ id: "prompt", ...parts, topCount: topCountOf(request) }, caller);
}

/** What clients ask for that only want a score: the likeliest next token stands behind the prompt's own places. */
function writesOneLikeliest(request: CompletionRequest): boolean {
  const { n, stop, temperature } = request;
  return (
    maxTokensOf(request) === 1 && temperature === 0 && (n ?? 1) === 1 && (stop ?? []).length === 0
  );
}

/** The prompt is scored with one place more, so that it need not be evaluated again to go on from it. */
async function scoreAndWriteOne(
  tokens: TokenIds,
  request: CompletionRequest,
  { model, queue, vocabulary }: Service,
  caller: Caller,
): Promise<Answer> {
  // The token behind the last place is not looked at: any will do.
  const target = new Int32Array(tokens.length);
  target.set(tokens.subarray(1));
  const parts = { context: tokens.slice(0, 1), target };
  const topCount = Math.max(1, topCountOf(request));
  const scored = await queue.score({ id: "prompt", ...parts, topCount }, caller);
  const { top } = scored.at(-1) as PlaceScore;
  const [{ token, logProb }] = top as [{ token: number; logProb: number }];
  const isEnd = model.endTokens.includes(token);
  const text: WrittenText = {
    text: Buffer.from(vocabulary.bytes(token)).toString("utf8"),
    tokens: [{ token, place: { logProb, rank: 1, top } }],
    finish: isEnd ? "end" : "length",
    stoppedBy: null,
  };
  return { places: scored.slice(0, -1), texts: [text] };
}

function textRequests(
  context: TokenIds,
  request: CompletionRequest,
  service: Service,
): readonly WriteRequest[] {
  const limits = { maxTokens: maxTokensOf(request), topCount: request.logprobs ?? null };
  return writeRequests(request, context, limits, service);
}

function topCountOf({ logprobs, prompt_logprobs }: CompletionRequest): number {
  return Math.max(logprobs ?? 0, prompt_logprobs ?? 0);
}

/** Tokens that the engine is asked for. */
function costOf({ request, prompts }: CompletionWork): number {
  const maxTokens = maxTokensOf(request);
  const scores = scoresPrompt(request) ? 1 : 0;
  const texts =
    maxTokens === 0 || (scores > 0 && writesOneLikeliest(request)) ? 0 : (request.n ?? 1);
  return prompts.reduce(
    (sum, { tokens }) => sum + scores * tokens.length + texts * (tokens.length + maxTokens),
    0,
  );
}

function promptCount(prompts: readonly Prompt[]): number {
  return prompts.reduce((sum, { tokens }) => sum + tokens.length, 0);
}

function replyHead({ clock, name, newId }: Service): object {
  return {
    id: `cmpl-${newId()}`,
    object: "text_completion",
    created: Math.floor(clock() / 1000),
    model: name,
  };
}
