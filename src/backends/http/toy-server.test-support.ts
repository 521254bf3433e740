import {
  type Answer,
  type LocalServer,
  type SeenRequest,
  startLocalServer,
} from "./local-server.test-support.ts";
import { FIREWORKS_MODEL, fireworksAnswer } from "./toy-fireworks.test-support.ts";
import { LLAMA_SERVER_MODEL, llamaServerAnswer } from "./toy-llama-server.test-support.ts";
import {
  toyChat,
  toyLogProb,
  toyText,
  toyTokens,
  type ToyWriting,
  toyWriting,
} from "./toy-model.test-support.ts";
import { type ScaleOut, ToySuffixScorer } from "./toy-vllm-suffix.test-support.ts";

/** Changes what would be answered; null leaves it. */
export type Fault = (request: SeenRequest, honest: Answer) => Answer | null;

/** A toy server that speaks as vLLM 0.32, SGLang, Fireworks and llama-server do, with faults on demand. */
export interface ToyServer extends LocalServer {
  fault: Fault | null;
}

const CONTEXT_TOKENS = 4096;

/** Starts a toy server; `scaleOut` is how a vLLM was started. */
export async function startToyServer(
  ownedBy = "vllm",
  scaleOut: ScaleOut = "off",
): Promise<ToyServer> {
  const faulty: { fault: Fault | null } = { fault: null };
  const suffixes = new ToySuffixScorer(scaleOut);
  const server = await startLocalServer((request) => {
    const honest =
      ownedBy === "vllm" && request.path === "/inference/v1/generate"
        ? suffixes.answer(request.body)
        : answer(request, ownedBy);
    return faulty.fault?.(request, honest) ?? honest;
  });
  return Object.assign(faulty, server);
}

interface Body extends ToyWriting {
  readonly model?: string;
  readonly prompt?: string | readonly (readonly number[])[];
  readonly messages?: readonly { readonly role: string; readonly content: string }[];
  readonly add_generation_prompt?: boolean;
  readonly tokens?: readonly number[];
  readonly prompt_logprobs?: number;
  readonly echo?: boolean;
  readonly logprobs?: number;
}

function answer({ path, body }: SeenRequest, ownedBy: string): Answer {
  const request = (body ?? {}) as Body;
  if (path === "/v1/models") {
    const model = {
      id: "toy-135m",
      owned_by: ownedBy,
      root: "/toy",
      max_model_len: CONTEXT_TOKENS,
    };
    const listed: Readonly<Record<string, unknown>> = {
      fireworks: FIREWORKS_MODEL,
      llamacpp: LLAMA_SERVER_MODEL,
    };
    return { json: { object: "list", data: [listed[ownedBy] ?? model] } };
  }
  if (ownedBy === "llamacpp") return llamaServerAnswer(path, body);
  if (ownedBy === "fireworks") return fireworksAnswer(path, body);
  if (path === "/generate") return { json: sglangReplies(body as SglangBody) };
  if (path === "/version") return { json: { version: "0.32.0" } };
  if (request.model !== "toy-135m") {
    const message = `The model \`${request.model}\` does not exist. Valid aliases: toy-135m.`;
    return { status: 404, json: { error: { message, type: "NotFoundError", code: 404 } } };
  }
  if (path === "/tokenize") {
    const { messages, prompt = "", add_generation_prompt = false } = request;
    const tokens =
      messages === undefined
        ? toyTokens(prompt as string)
        : toyChat(messages, add_generation_prompt);
    return { json: { count: tokens.length, max_model_len: CONTEXT_TOKENS, tokens } };
  }
  if (path === "/detokenize") {
    const text = toyText(request.tokens ?? []);
    return { json: ownedBy === "sglang" ? { text } : { prompt: text } };
  }
  if (path === "/v1/completions") return { json: completions(request) };
  return { status: 404, json: { detail: "Not Found" } };
}

function completions(request: Body): unknown {
  const prompts = request.prompt as readonly (readonly number[])[];
  const choices = prompts.map((prompt, index) => choice(prompt, index, request));
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  return {
    choices,
    usage: {
      prompt_tokens: sum(prompts.map(({ length }) => length)),
      completion_tokens: sum(choices.map(({ token_ids }) => token_ids.length)),
    },
  };
}

function choice(
  prompt: readonly number[],
  index: number,
  request: Body,
): { readonly token_ids: readonly number[] } {
  const numbers = prompt.map((token, place) =>
    place === 0 ? null : toyLogProb(prompt.slice(0, place), token),
  );
  const { text, stoppedBy, tokens: written } = toyWriting(prompt, request);
  return {
    index,
    text,
    finish_reason: stoppedBy === null ? "length" : "stop",
    stop_reason: stoppedBy,
    token_ids: written,
    prompt_token_ids: prompt,
    prompt_logprobs:
      request.prompt_logprobs === undefined
        ? null
        : prompt.map((token, place) =>
            place === 0
              ? null
              : { [token]: { logprob: numbers[place], rank: 1, decoded_token: toyText([token]) } },
          ),
    logprobs:
      request.echo === true
        ? {
            tokens: [...prompt, ...written].map((token) => toyText([token])),
            token_logprobs: [...numbers, ...written.map(() => -1)],
          }
        : null,
  } as { readonly token_ids: readonly number[] };
}

interface SglangBody {
  readonly input_ids: readonly (readonly number[])[];
  readonly logprob_start_len?: readonly number[];
  readonly sampling_params: {
    readonly max_new_tokens: number;
    readonly temperature: number;
    readonly sampling_seed?: number;
    readonly stop?: readonly string[];
  };
}

function sglangReplies({
  input_ids: prompts,
  logprob_start_len: starts,
  sampling_params,
}: SglangBody): unknown {
  const { max_new_tokens, temperature, sampling_seed = 0, stop = [] } = sampling_params;
  return prompts.map((prompt, index) => {
    const start = starts?.[index];
    const { text, finish_reason, stop_reason, token_ids } = choice(prompt, index, {
      max_tokens: max_new_tokens,
      temperature,
      seed: sampling_seed,
      stop,
    }) as unknown as Record<string, string> & { readonly token_ids: readonly number[] };
    return {
      text,
      meta_info: {
        prompt_tokens: prompt.length,
        completion_tokens: token_ids.length,
        cached_tokens: start ?? 0,
        finish_reason: { type: finish_reason, matched: stop_reason },
        ...(start === undefined
          ? {}
          : {
              input_token_logprobs: prompt
                .slice(start)
                .map((token, offset) => [
                  offset === 0 ? null : toyLogProb(prompt.slice(0, start + offset), token),
                  token,
                  null,
                ]),
            }),
      },
    };
  });
}
