import type { GenerateRequest, Generation, TokenIds } from "../../core/model.ts";
import { checkGenerateRequest } from "../request-checks.ts";
import { type Admission, GenerationSchedule } from "./generation-schedule.ts";
import type { NativeModel } from "./native-model.ts";
import type { PlannedToken } from "./plan.ts";
import type { PrefixStore } from "./prefix-store.ts";
import { NO_TRUNK, trunkOf } from "./trunk.ts";
import { Writer } from "./writer.ts";

/** Texts and the number of prompt and answer tokens that were evaluated for them. */
export interface GenerateResult {
  readonly results: readonly Generation[];
  readonly evaluatedTokens: number;
  readonly generatedTokens: number;
}

/** Answers that are written at once. */
const GENERATE_SEQUENCES = 32;

/** Told of every token that is drawn, with the logits it was drawn from; valid during the call only. */
type DrawListener = (request: number, token: number, logits: Float32Array, start: number) => void;

/**
 * Writes a continuation of every prompt. Many are written at once, one token each a step; where one
 * ends, the next prompt takes its place, and takes over what it shares with the one before it.
 *
 * @param prefixes what earlier calls evaluated; null where this model's prefixes cannot be shared
 */
export function generateTexts(
  model: NativeModel,
  requests: readonly GenerateRequest[],
  prefixes: PrefixStore | null,
  checkCancelled: () => void,
  onDraw: DrawListener = () => {},
): GenerateResult {
  const { trunk, schedule } = planGeneration(
    requests,
    model.facts.contextTokens,
    prefixes !== null,
  );
  const results: Generation[] = [];
  const desk: Desk = new Map();
  let evaluatedTokens = model.enterTrunk(trunk, prefixes, checkCancelled);
  for (;;) {
    const going = nextTokens(desk);
    const admission = schedule.admit();
    if (admission !== null) begin(model, requests, admission, desk, onDraw);
    const step = [...going, ...(admission?.tokens ?? [])];
    if (step.length === 0) break;
    evaluatedTokens += step.length;
    takeStep(model, step, desk, checkCancelled);
    for (const [sequence, { writer, request }] of desk) {
      if (!writer.finished) continue;
      results[request] = writer.generation();
      desk.delete(sequence);
      model.truncate(sequence, schedule.finish(sequence));
    }
  }
  const generatedTokens = results.reduce((sum, { tokenCount }) => sum + tokenCount, 0);
  return { results, evaluatedTokens, generatedTokens };
}

/** What is being written, by sequence. */
type Desk = Map<number, { readonly writer: Writer; readonly request: number }>;

/** What each answer that is being written goes on with. */
function nextTokens(desk: Desk): readonly PlannedToken[] {
  return [...desk].map(([sequence, { writer }]) => ({ ...writer.next(), sequences: [sequence] }));
}

function begin(
  model: NativeModel,
  requests: readonly GenerateRequest[],
  { source, starts }: Admission,
  desk: Desk,
  onDraw: DrawListener,
): void {
  model.share(source, starts);
  for (const { sequence, request } of starts) {
    const writer = new Writer(model, requests[request] as GenerateRequest, (...draw) =>
      onDraw(request, ...draw),
    );
    desk.set(sequence, { request, writer });
  }
  if (!desk.has(source)) model.truncate(source, 0);
}

/** Evaluates tokens; every answer that is behind one of them grows by a token. */
function takeStep(
  model: NativeModel,
  step: readonly PlannedToken[],
  desk: Desk,
  checkCancelled: () => void,
): void {
  // Equal prompts end in the same node: its logits start every one of them.
  const writersBehind = ({ sequences, position }: PlannedToken): readonly Writer[] =>
    sequences
      .map((sequence) => (desk.get(sequence) as { writer: Writer }).writer)
      .filter((writer) => writer.position === position);
  model.evaluate(
    step,
    (token) => writersBehind(token).length > 0,
    (token, logits, start) => {
      for (const writer of writersBehind(token)) writer.append(logits, start);
    },
    checkCancelled,
  );
}

/** The beginning that the prompts share, and when each is begun. Throws where one is empty or too long. */
export function planGeneration(
  requests: readonly GenerateRequest[],
  contextTokens: number,
  sharing: boolean,
): { readonly trunk: TokenIds; readonly schedule: GenerationSchedule } {
  requests.forEach((request) => checkGenerateRequest(request, contextTokens));
  const trunk = sharing ? trunkOf(requests.map(({ context }) => context)) : NO_TRUNK;
  const limits = { sequences: sharing ? GENERATE_SEQUENCES : 1, cells: contextTokens, sharing };
  return { trunk, schedule: new GenerationSchedule(requests, trunk, limits) };
}
