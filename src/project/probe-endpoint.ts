import { endpointModels } from "../backends/http/connect.ts";
import type { HttpPoolOptions } from "../backends/http/pool/pool-model.ts";
import { makesSense, measureSense } from "../backends/http/sense-check.ts";
import type { ModelApiName } from "../core/endpoint.ts";
import { NO_SETTINGS } from "../core/endpoint-settings.ts";
import { modelError } from "../core/errors.ts";
import type { LanguageModel, ScoreRequest, TokenIds } from "../core/model.ts";
import { type Check, checked, isModel, ok, speedDetail, warning } from "./check.ts";
import { connectEndpoint, endpointOptions } from "./open-endpoint.ts";

/** A server to look at. */
export interface ProbedEndpoint {
  /** Of a server, or of a model at one or several. */
  readonly address: string;
  readonly api: ModelApiName | null;
  /** Whether answers may be estimated. */
  readonly stepwise: boolean;
  /** Name of the environment variable that holds its key. */
  readonly key: string | null;
}

/** What a probe needs from outside. */
export interface ProbeServices {
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Someone waits for the table: a server that is away or hangs is given up soon. */
const TIMEOUT_SECONDS = 30;
const PATIENCE_SECONDS = 10;

/** Finds out what a server really does, one check after the other. */
export async function* probeEndpoint(
  { address, api, stepwise, key }: ProbedEndpoint,
  { environment, signal, clock }: ProbeServices,
): AsyncGenerator<Check, void> {
  const settings = {
    ...NO_SETTINGS,
    api,
    stepwise,
    key,
    timeoutSeconds: TIMEOUT_SECONDS,
    patienceSeconds: PATIENCE_SECONDS,
  };
  const choice = { name: address, endpoints: { [address]: settings }, contextTokens: null };
  const options = endpointOptions(choice, { environment, signal });
  const models = await checked("models", () => modelsDetail(options));
  yield models;
  if (models.status === "failed") return;
  const opened = await connectEndpoint(options).catch((error: unknown) => error);
  if (!isModel(opened)) {
    yield await checked("server", () => Promise.reject(opened));
    return;
  }
  await using model = opened;
  const { engine, format } = model.identity;
  yield ok("server", `${engine}; model ${format}`);
  const { stepwise: steps, charactersPerToken } = model.capabilities;
  // It is about token ids, which a server that takes texts alone is not sent.
  if (charactersPerToken === undefined) yield* describeModel(model);
  const sense = await checked("scores given tokens", () => senseDetail(model, signal));
  yield sense;
  if (sense.status === "failed" || steps?.isEstimate === true) return;
  yield await checked("same numbers again", () => repeatDetail(model, signal));
  if (charactersPerToken === undefined) {
    yield await checked("prefixes", () => prefixDetail(model, signal));
  }
  yield await checked("writes", () => writingDetail(model, signal));
  yield await checked("speed", () => speedDetail(model, { clock, signal }));
}

async function modelsDetail(options: HttpPoolOptions): Promise<string> {
  const names = await Promise.all(options.urls.map((url) => endpointModels({ ...options, url })));
  return [...new Set(names.flat())].join(", ");
}

async function* describeModel(model: LanguageModel): AsyncGenerator<Check, void> {
  const { contextTokens, chat } = model.capabilities;
  yield ok("context", `${contextTokens.toLocaleString("en")} tokens of prompt and answer`);
  yield await checked("tokenizer", () => tokenizerDetail(model));
  yield chat
    ? await checked("chat template", () => templateDetail(model))
    : warning(
        "chat template",
        "none that the server applies to token ids",
        "Use the layout `plain`.",
      );
}

const SAMPLE = "Größe — 東京\n\n 3.14 <|im_end|> 🦊";
/** Names of control tokens in several families of models. */
const CONTROL_NAMES = ["<|im_end|>", "<|eot_id|>", "</s>", "<end_of_turn>", "[INST]"] as const;
const PLAIN = `Sizes: 3.14 ["${CONTROL_NAMES.join('","')}"]`;

/** Every character comes back, and none as a control token. */
async function tokenizerDetail(model: LanguageModel): Promise<string> {
  const [sample, plain] = await model.encode(
    [SAMPLE, PLAIN].map((text) => ({ prompt: { kind: "text", text } })),
  );
  const texts = await model.tokenTexts(plain?.context ?? new Int32Array());
  if (!texts.join("").endsWith(PLAIN)) {
    throw modelError("PROBE_TOKENIZER", `${PLAIN} comes back as ${texts.join("")}`, {
      hint: "Prompts would not reach the model as they are written.",
    });
  }
  const control = CONTROL_NAMES.find((name) => texts.some((text) => text.trim() === name));
  if (control !== undefined) {
    throw modelError("PROBE_CONTROL_TOKEN", `${control} in a text becomes one token`, {
      hint: "What stands in prompts and data could end a turn or begin one.",
    });
  }
  return `characters of many kinds in ${sample?.context.length ?? 0} tokens; names of control tokens stay text`;
}

async function templateDetail(model: LanguageModel): Promise<string> {
  const prompt = { kind: "chat", messages: [{ role: "user", content: "Hi" }] } as const;
  const [encoded] = await model.encode([{ prompt, target: "Hello" }]);
  const { context = new Int32Array(), target = new Int32Array() } = encoded ?? {};
  const texts = await model.tokenTexts(Int32Array.of(...context, ...target));
  return JSON.stringify(texts.join(""));
}

async function senseDetail(model: LanguageModel, signal: AbortSignal): Promise<string> {
  const sense = await measureSense(model, signal);
  const { pairs, right, gap } = sense;
  const found = `the true end of ${right} of ${pairs} plain sentences is likelier than nonsense, by ${gap.toFixed(1)} nats a token`;
  if (makesSense(sense)) return found;
  throw modelError("PROBE_SCORES_WRONG", found, {
    hint: "The numbers are not those of the tokens sent: this endpoint cannot score.",
  });
}

const TEXTS = ["grass is green", "snow is white", "at night the sky is black and full of stars"];

async function requestsOf(model: LanguageModel): Promise<readonly ScoreRequest[]> {
  const encoded = await model.encode(
    TEXTS.map((target) => ({
      prompt: { kind: "text", text: "What everybody knows:" },
      target: ` ${target}`,
    })),
  );
  return encoded.map((each, index) => ({ id: `text ${index + 1}`, ...each }));
}

/** How far numbers move when the same is asked again, and asked alone. */
async function repeatDetail(model: LanguageModel, signal: AbortSignal): Promise<string> {
  const requests = await requestsOf(model);
  const numbersOf = async (some: readonly ScoreRequest[]): Promise<readonly number[]> =>
    (await model.score(some, { signal })).flatMap(({ logProbs }) => [...logProbs]);
  const first = await numbersOf(requests);
  const again = largestGap(first, await numbersOf(requests));
  const alone: number[] = [];
  for (const request of requests) alone.push(...(await numbersOf([request])));
  return `together again ±${nats(again)}, each alone ±${nats(largestGap(first, alone))}`;
}

function largestGap(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((number, index) => Math.abs(number - (b[index] ?? Number.NaN))));
}

function nats(gap: number): string {
  return gap === 0 ? "0 nats" : `${gap.toExponential(0)} nats`;
}

/** One more than whole blocks of a cache: one that reached into the answer would keep it from being scored. */
const PREFIX_TOKENS = 401;

/** Scores one long prompt twice: what the server says it had of it the second time. */
async function prefixDetail(model: LanguageModel, signal: AbortSignal): Promise<string> {
  const { contextTokens, prefixSharingNote } = model.capabilities;
  const [encoded] = await model.encode([{ prompt: { kind: "text", text: TEXTS.join(". ") } }]);
  const words: TokenIds = encoded?.context ?? new Int32Array([0]);
  const length = Math.min(PREFIX_TOKENS, contextTokens >> 1);
  const context = Int32Array.from({ length }, (_, index) => words[index % words.length] as number);
  let evaluated = 0;
  for (const target of [words.slice(0, 1), words.slice(1, 2)]) {
    await model.score([{ id: "prefix", context, target }], {
      signal,
      onUsage: ({ evaluatedTokens }) => {
        evaluated = evaluatedTokens;
      },
    });
  }
  const share = `${length + 1 - evaluated} of ${length} common tokens were taken from its cache`;
  return prefixSharingNote === undefined ? share : `${share} (${prefixSharingNote})`;
}

async function writingDetail(model: LanguageModel, signal: AbortSignal): Promise<string> {
  const [encoded] = await model.encode([
    { prompt: { kind: "text", text: "One, two, three, four," } },
  ]);
  const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0 };
  const context = encoded?.context ?? new Int32Array();
  const request = { id: "text", context, maxTokens: 8, sampling, seed: 0, stop: [] };
  const [written] = await model.generate([request], { signal });
  return `"One, two, three, four," goes on ${JSON.stringify(written?.text)}`;
}
