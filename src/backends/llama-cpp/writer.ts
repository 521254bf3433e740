import type { GenerateRequest, Generation } from "../../core/model.ts";
import { createRandom, type Random } from "../../core/random.ts";
import type { NativeModel } from "./native-model.ts";
import { sampleToken } from "./sampler.ts";

/** Told of every token that is drawn, with the logits it was drawn from; valid during the call only. */
type DrawListener = (token: number, logits: Float32Array, start: number) => void;

/** One answer in the making. */
export class Writer {
  /** Place of the token behind which the next one is drawn. */
  position: number;
  readonly #model: NativeModel;
  readonly #request: GenerateRequest;
  readonly #random: Random;
  readonly #onDraw: DrawListener;
  readonly #bytes: number[] = [];
  #lastToken = 0;
  #tokenCount = 0;
  #finish: Generation["finish"] | null = null;

  constructor(model: NativeModel, request: GenerateRequest, onDraw: DrawListener) {
    this.#model = model;
    this.#request = request;
    this.#random = createRandom(request.seed, "sampling");
    this.#onDraw = onDraw;
    this.position = request.context.length - 1;
  }

  /** Draws the next token and decides whether the answer goes on. */
  append(logits: Float32Array, start: number): void {
    const { sampling, maxTokens } = this.#request;
    const token = sampleToken(logits, start, this.#model.vocabSize, sampling, this.#random);
    this.#tokenCount++;
    this.#onDraw(token, logits, start);
    if (this.#model.facts.endTokens.includes(token)) {
      this.#finish = "end";
      return;
    }
    this.#bytes.push(...this.#model.pieceBytes(token));
    this.#lastToken = token;
    if (this.#stopIndex() >= 0) this.#finish = "stop";
    else if (this.#tokenCount >= maxTokens) this.#finish = "length";
  }

  get finished(): boolean {
    return this.#finish !== null;
  }

  /** The token that the answer goes on with, to be evaluated next. */
  next(): { readonly token: number; readonly position: number } {
    return { token: this.#lastToken, position: ++this.position };
  }

  generation(): Generation {
    const text = this.#text();
    const stop = this.#stopIndex();
    return {
      text: stop >= 0 ? text.slice(0, stop) : text,
      tokenCount: this.#tokenCount,
      finish: this.#finish ?? "length",
    };
  }

  #text(): string {
    return Buffer.from(this.#bytes).toString("utf8");
  }

  /** Where the earliest stop string begins in the text, or −1. */
  #stopIndex(): number {
    if (this.#request.stop.length === 0) return -1;
    const text = this.#text();
    const places = this.#request.stop.map((stop) => text.indexOf(stop));
    return places.reduce(
      (first, place) => (place >= 0 && (first < 0 || place < first) ? place : first),
      -1,
    );
  }
}
