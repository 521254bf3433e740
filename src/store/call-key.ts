import { createHash, type Hash } from "node:crypto";
import type { GenerateRequest, ModelIdentity, ScoreRequest, TokenIds } from "../core/model.ts";
import type { TextRequest } from "../core/text-model.ts";

/** Raised when the meaning of a key or of a stored value changes: old entries are then never found. */
const KEY_VERSION = 2;

/** The cache key of one scoring call: everything that can change its numbers, the order of requests included. */
export function scoreCallKey(identity: ModelIdentity, requests: readonly ScoreRequest[]): string {
  const hash = startKey("score", identity, requests.length);
  for (const { context, target } of requests) {
    addTokens(hash, context);
    addTokens(hash, target);
  }
  return hash.digest("hex");
}

/** The cache key of one generating call. */
export function generateCallKey(
  identity: ModelIdentity,
  requests: readonly GenerateRequest[],
): string {
  const hash = startKey("generate", identity, requests.length);
  for (const { context, maxTokens, sampling, seed, stop } of requests) {
    addTokens(hash, context);
    addDrawing(hash, { maxTokens, sampling, seed, stop });
  }
  return hash.digest("hex");
}

/** The cache key of one text to write. */
export function textCallKey(
  identity: ModelIdentity,
  { prompt, id: _id, ...drawing }: TextRequest,
): string {
  const hash = startKey("text", identity, 1);
  addText(hash, JSON.stringify(prompt));
  addDrawing(hash, drawing);
  return hash.digest("hex");
}

function addDrawing(
  hash: Hash,
  { maxTokens, sampling, seed, stop }: Omit<GenerateRequest, "id" | "context">,
): void {
  addNumbers(hash, [maxTokens, seed]);
  addNumbers(hash, [sampling.temperature, sampling.topP, sampling.topK, sampling.minP]);
  addNumbers(hash, [stop.length]);
  for (const text of stop) addText(hash, text);
}

function startKey(call: string, identity: ModelIdentity, requestCount: number): Hash {
  const hash = createHash("sha256");
  addNumbers(hash, [KEY_VERSION]);
  addText(hash, call);
  // By field, so that one added to the identity is part of the key without a change here. What the
  // model is called changes no number: its weights say which one it is.
  const { name: _name, ...numeric } = identity;
  const fields = Object.entries(numeric).sort(([a], [b]) => (a < b ? -1 : 1));
  addNumbers(hash, [fields.length]);
  for (const [name, value] of fields) {
    addText(hash, name);
    addText(hash, value);
  }
  addNumbers(hash, [requestCount]);
  return hash;
}

// Every piece is preceded by its length, so that two different lists never give the same bytes.

function addTokens(hash: Hash, tokens: TokenIds): void {
  addNumbers(hash, [tokens.length]);
  hash.update(new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength));
}

/** As UTF-16, because UTF-8 turns different lone surrogates into the same replacement character. */
function addText(hash: Hash, text: string): void {
  addNumbers(hash, [text.length]);
  hash.update(Buffer.from(text, "utf16le"));
}

function addNumbers(hash: Hash, numbers: readonly number[]): void {
  hash.update(new Uint8Array(Float64Array.from(numbers).buffer));
}
