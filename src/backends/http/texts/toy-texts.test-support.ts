import type { TextScoringApiName } from "../../../core/endpoint.ts";
import type { Answer, SeenRequest } from "../local-server.test-support.ts";
import { toyLogProb, toyText, toyTokens, toyWriting } from "../toy-model.test-support.ts";

/** Stands before every text but Together's. */
export const BEGIN = 1;
const SERVED = "toy-135m";
/** One token to these servers, where a single ampersand is one, too. */
const PAIR = "&&";
const PAIR_TOKEN = 900;
/** The id of byte 0. */
const FIRST_BYTE = toyTokens("\0")[0] ?? 0;

interface Body {
  readonly prompt?: string;
  readonly input?: string;
  readonly inputs?: string;
  readonly echo?: boolean;
  readonly max_tokens?: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly parameters?: {
    readonly max_new_tokens?: number;
    readonly decoder_input_details?: boolean;
    readonly do_sample?: boolean;
    readonly seed?: number;
    readonly stop?: readonly string[];
  };
}

const notFound: Answer = { status: 404, json: { detail: "Not Found" } };

/** A server of that kind, as its source or its published description has requests and replies. */
export function toyTextServer(kind: TextScoringApiName): (request: SeenRequest) => Answer {
  const answers = {
    tgi: tgiAnswer,
    together: togetherAnswer,
    lmdeploy: lmdeployAnswer,
    "llama-cpp-python": llamaCppPythonAnswer,
  };
  return ({ path, body }) => answers[kind](path, body ?? {});
}

/** To these servers nothing is impossible but this, of which they say what no probability is. */
const IMPOSSIBLE = "!";
const SENTINEL = -9999;

/** What the toy thinks of each token behind those before it; the first has no number. */
export function toyLogProbs(ids: readonly number[]): readonly (number | null)[] {
  const [impossible] = toyTokens(IMPOSSIBLE);
  return ids.map((token, place) => {
    if (place === 0) return null;
    return token === impossible ? SENTINEL : toyLogProb(ids.slice(0, place), token);
  });
}

/** A token for each byte, and one for two ampersands. */
function tokensOf(text: string): number[] {
  return text
    .split(PAIR)
    .flatMap((piece, index) => [...(index === 0 ? [] : [PAIR_TOKEN]), ...toyTokens(piece)]);
}

/** Pieces of characters have no text of their own. */
function textOfToken(token: number): string {
  if (token === PAIR_TOKEN) return PAIR;
  const text = token === BEGIN ? "" : toyText([token]);
  return text.includes("\uFFFD") ? "" : text;
}

const list = (model: object): Answer => ({ json: { object: "list", data: [model] } });

function tgiAnswer(path: string, { inputs = "", parameters = {} }: Body): Answer {
  const ids = [BEGIN, ...tokensOf(inputs)];
  if (path === "/v1/models") return list({ id: SERVED, owned_by: SERVED });
  if (path === "/info") return { json: { version: "3.3.6" } };
  if (path === "/tokenize") return { json: placed(ids) };
  if (path !== "/generate") return notFound;
  const {
    max_new_tokens = 1,
    decoder_input_details = false,
    stop = [],
    do_sample,
    seed = 0,
  } = parameters;
  const written = toyWriting(ids, {
    max_tokens: max_new_tokens,
    temperature: do_sample === true ? 1 : 0,
    seed,
    stop,
  });
  const logProbs = toyLogProbs(ids);
  const prefill = ids.map((id, place) => ({
    id,
    text: textOfToken(id),
    logprob: logProbs[place] ?? null,
  }));
  return {
    json: {
      generated_text: `${written.text}${written.stoppedBy ?? ""}`,
      details: {
        finish_reason: written.stoppedBy === null ? "length" : "stop_sequence",
        generated_tokens: written.tokens.length,
        prefill: decoder_input_details ? prefill : [],
      },
    },
  };
}

/** Where tokens stand in their text, in bytes: every piece of a character where that does. */
function placed(ids: readonly number[]): readonly object[] {
  let start = 0;
  let stop = 0;
  return ids.map((id) => {
    const width = widthOf(id);
    if (width > 0) [start, stop] = [stop, stop + width];
    return { id, text: "", start, stop };
  });
}

/** Bytes of the character that a token begins; 0 of one that goes on, and of the begin token. */
function widthOf(id: number): number {
  if (id === BEGIN) return 0;
  if (id === PAIR_TOKEN) return PAIR.length;
  const byte = id - FIRST_BYTE;
  if (byte < 0x80) return 1;
  if (byte < 0xc0) return 0;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

function togetherAnswer(path: string, body: Body): Answer {
  if (path === "/v1/models") return { json: [{ id: SERVED, object: "model", type: "language" }] };
  if (path !== "/v1/completions") return notFound;
  const { prompt = "", echo = false } = body;
  const ids = tokensOf(prompt);
  const logprobs = {
    token_ids: ids,
    tokens: ids.map(textOfToken),
    token_logprobs: toyLogProbs(ids),
  };
  return {
    json: {
      ...completion(ids, body),
      prompt: echo ? [{ text: prompt, logprobs }] : [],
    },
  };
}

function lmdeployAnswer(path: string, body: Body): Answer {
  const { input = "", prompt = "" } = body;
  const ids = [BEGIN, ...tokensOf(input)];
  if (path === "/v1/models") return list({ id: SERVED, owned_by: "lmdeploy" });
  if (path === "/v1/encode") return { json: { input_ids: ids, length: ids.length } };
  if (path === "/v1/completions") return { json: completion([BEGIN, ...tokensOf(prompt)], body) };
  if (path !== "/get_ppl") return notFound;
  const [, ...logProbs] = toyLogProbs(ids);
  const mean =
    -logProbs.reduce<number>((sum, logProb) => sum + (logProb ?? 0), 0) / logProbs.length;
  const isImpossible = input.includes(IMPOSSIBLE);
  return { json: { ppl: isImpossible ? SENTINEL : Math.fround(mean) } };
}

function llamaCppPythonAnswer(path: string, body: Body): Answer {
  const { input = "", prompt = "", echo = false } = body;
  if (path === "/v1/models") return list({ id: SERVED, owned_by: "me" });
  if (path === "/extras/tokenize") return { json: { tokens: [BEGIN, ...tokensOf(input)] } };
  if (path !== "/v1/completions") return notFound;
  const ids = [BEGIN, ...tokensOf(prompt)];
  const honest = completion(ids, body);
  const [choice] = honest.choices;
  const written = tokensOf(choice.text);
  const [, , ...logProbs] = toyLogProbs([...ids, ...written]);
  const logprobs = {
    tokens: [...ids.slice(1), ...written].map(textOfToken),
    // The first number is left out whatever stands there.
    token_logprobs: [null, ...logProbs],
  };
  return {
    json: { ...honest, choices: [{ ...choice, logprobs: echo ? logprobs : null }] },
  };
}

interface Completion {
  readonly choices: readonly [{ readonly text: string; readonly finish_reason: string }];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

function completion(ids: readonly number[], { stop = [], ...body }: Body): Completion {
  const written = toyWriting(ids, { ...body, stop });
  return {
    choices: [
      { text: written.text, finish_reason: written.stoppedBy === null ? "length" : "stop" },
    ],
    usage: { prompt_tokens: ids.length, completion_tokens: written.tokens.length },
  };
}
