import type { GenerateRequest, TokenIds } from "../../core/model.ts";
import { commonPrefix, comparePaths, keptPrefix, type PlannedToken, treeTokens } from "./plan.ts";
import { NO_TRUNK } from "./trunk.ts";

/** What may be in the cache at once. */
export interface ScheduleLimits {
  readonly sequences: number;
  readonly cells: number;
  /** Whether common prefixes may be shared at all. */
  readonly sharing: boolean;
}

/** A prompt that is begun, and how many of its leading tokens its sequence takes over. */
interface Start {
  readonly request: number;
  readonly sequence: number;
  readonly kept: number;
}

/** Prompts that are begun together. */
export interface Admission {
  /** The sequence that the kept tokens are taken over from. */
  readonly source: number;
  readonly starts: readonly Start[];
  /** What is left of the prompts, each distinct prefix once, in depth-first order. */
  readonly tokens: readonly PlannedToken[];
}

/**
 * Which prompts are begun when: as soon as a sequence and the cells are free, in lexicographic
 * order, so that a prompt takes over what it has in common with the one begun before it.
 */
export class GenerationSchedule {
  readonly #requests: readonly GenerateRequest[];
  readonly #limits: ScheduleLimits;
  /** Requests not yet begun. */
  readonly #waiting: number[];
  /** By sequence: the request that is written there. */
  readonly #live = new Map<number, number>();
  /** What was begun last: its tokens stay until the next prompt has taken over its share. */
  #last: { readonly sequence: number; readonly tokens: TokenIds };

  /** @param trunk what the first sequence holds already: a prefix of every prompt, shorter than any */
  constructor(requests: readonly GenerateRequest[], trunk: TokenIds, limits: ScheduleLimits) {
    this.#requests = requests;
    this.#limits = limits;
    this.#waiting = requests
      .map((_, index) => index)
      .sort((a, b) => comparePaths(this.#context(a), this.#context(b)) || a - b);
    this.#last = { sequence: 0, tokens: trunk };
  }

  /** The prompts to begin now; null where there is nothing to begin, or no room. */
  admit(): Admission | null {
    const free = Array.from({ length: this.#limits.sequences }, (_, sequence) => sequence).filter(
      (sequence) => !this.#live.has(sequence),
    );
    const members = this.#waiting.splice(0, this.#roomFor(free.length));
    const [first, last] = [members[0], members.at(-1)];
    if (first === undefined || last === undefined) return null;
    const sequences = free.slice(0, members.length);
    const source = this.#last.sequence;
    const kept = keptPrefix(this.#last.tokens, this.#context(first));
    const starts = members.map((request, place) => ({
      request,
      sequence: sequences[place] as number,
      kept: Math.min(kept, commonPrefix(this.#context(first), this.#context(request))),
    }));
    for (const { sequence, request } of starts) this.#live.set(sequence, request);
    this.#last = {
      sequence: sequences.at(-1) as number,
      tokens: this.#limits.sharing ? this.#context(last) : NO_TRUNK,
    };
    const contexts = members.map((request) => this.#context(request));
    return { source, starts, tokens: treeTokens(contexts, kept, sequences) };
  }

  /** Notes that a sequence's answer is written; answers how many of its tokens are still needed. */
  finish(sequence: number): number {
    this.#live.delete(sequence);
    const { sequence: last, tokens } = this.#last;
    return sequence === last && this.#waiting.length > 0 ? tokens.length : 0;
  }

  /** How many of the waiting requests fit beside those that are written; one where there are none. */
  #roomFor(sequences: number): number {
    const smallest = this.#live.size === 0 ? 1 : 0;
    let size = 0;
    while (size < Math.min(sequences, this.#waiting.length)) {
      const held = [...this.#live.values(), ...this.#waiting.slice(0, size + 1)];
      if (size >= smallest && this.#cells(held) > this.#limits.cells) break;
      size++;
    }
    return size;
  }

  /** Cells that requests take when their answers are as long as they may be. */
  #cells(held: readonly number[]): number {
    const contexts = held.map((request) => this.#context(request)).toSorted(comparePaths);
    const shared = contexts
      .slice(1)
      .reduce((sum, context, place) => sum + commonPrefix(contexts[place] as TokenIds, context), 0);
    const prompts = contexts.reduce((sum, { length }) => sum + length, 0);
    const answers = held.reduce((sum, request) => sum + this.#request(request).maxTokens, 0);
    return prompts - shared + answers;
  }

  #request(index: number): GenerateRequest {
    return this.#requests[index] as GenerateRequest;
  }

  #context(index: number): TokenIds {
    return this.#request(index).context;
  }
}
