import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GenerateRequest } from "../../core/model.ts";
import { GenerationSchedule, type ScheduleLimits } from "./generation-schedule.ts";

interface Answer {
  readonly context: readonly number[];
  readonly maxTokens: number;
  /** How many tokens are written in the end. */
  readonly written: number;
}

const CELLS = 40;

const answers = fc.array(
  fc
    .record({
      context: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 12 }),
      maxTokens: fc.integer({ min: 1, max: 9 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ share, ...answer }) => ({
      ...answer,
      written: 1 + Math.floor(share * (answer.maxTokens - 1)),
    })),
  { minLength: 1, maxLength: 30 },
);

const limits = fc.record({
  sequences: fc.integer({ min: 1, max: 6 }),
  cells: fc.integer({ min: 21, max: CELLS }),
  sharing: fc.constant(true),
});

function scheduleOf(all: readonly Answer[], within: ScheduleLimits): GenerationSchedule {
  const requests = all.map(({ context, maxTokens }, index): GenerateRequest => ({
    id: String(index),
    context: Int32Array.from(context),
    maxTokens,
    sampling: { temperature: 0, topP: 1, topK: 0, minP: 0 },
    seed: 0,
    stop: [],
  }));
  return new GenerationSchedule(requests, new Int32Array(), within);
}

interface Played {
  /** In order of their ends. */
  readonly ended: readonly number[];
  readonly promptTokens: number;
  readonly steps: number;
}

/** Plays a schedule on a toy cache of tokens by sequence (0 for one that was written), and checks it in each step. */
function play(all: readonly Answer[], within: ScheduleLimits): Played {
  const schedule = scheduleOf(all, within);
  const cache = new Map<number, number[]>();
  const live = new Map<number, { readonly request: number; left: number }>();
  const ended: number[] = [];
  let promptTokens = 0;
  let steps = 0;
  for (; ; steps++) {
    for (const sequence of live.keys()) cache.get(sequence)?.push(0);
    const admission = schedule.admit();
    if (admission === null && live.size === 0) return { ended, promptTokens, steps };
    if (admission !== null) {
      const from = [...(cache.get(admission.source) ?? [])];
      for (const { sequence, request, kept } of admission.starts) {
        expect(live.has(sequence)).toBe(false);
        cache.set(sequence, from.slice(0, kept));
        live.set(sequence, { request, left: (all[request] as Answer).written });
      }
      if (!live.has(admission.source)) cache.delete(admission.source);
      for (const { token, position, sequences } of admission.tokens) {
        promptTokens++;
        for (const sequence of sequences) {
          expect(cache.get(sequence)).toHaveLength(position);
          cache.get(sequence)?.push(token);
        }
      }
      for (const { sequence, request } of admission.starts) {
        expect(cache.get(sequence)).toEqual((all[request] as Answer).context);
      }
    }
    expect(live.size).toBeLessThanOrEqual(within.sequences);
    expect(nodes([...cache.values()])).toBeLessThanOrEqual(within.cells);
    for (const [sequence, each] of live) {
      if (--each.left > 0) continue;
      live.delete(sequence);
      ended.push(each.request);
      cache.set(sequence, cache.get(sequence)?.slice(0, schedule.finish(sequence)) ?? []);
    }
  }
}

/** Cells that token lists take when common beginnings are held once; written tokens are each their own. */
function nodes(lists: readonly (readonly number[])[]): number {
  const written = lists.reduce((sum, list) => sum + list.filter((token) => token === 0).length, 0);
  const prompts = lists.flatMap((list) => {
    const prompt = list.filter((token) => token !== 0);
    return prompt.map((_, end) => prompt.slice(0, end + 1).join());
  });
  return written + new Set(prompts).size;
}

describe("GenerationSchedule", () => {
  test("writes every answer behind its own prompt, within sequences and cells", () => {
    fc.assert(
      fc.property(answers, limits, (all, within) => {
        expect([...play(all, within).ended].toSorted((a, b) => a - b)).toEqual([...all.keys()]);
      }),
    );
  });

  test("evaluates prompts of one beginning as one, whenever they are begun", () => {
    const all = Array.from({ length: 20 }, (_, index) => ({
      context: [...Array.from({ length: 10 }, () => 1), 2 + index],
      maxTokens: 2,
      written: 1 + (index % 2),
    }));
    const { promptTokens } = play(all, { sequences: 3, cells: CELLS, sharing: true });
    expect(promptTokens).toBe(10 + 20);
  });

  test("begins the next prompt where one ends, instead of waiting for the longest", () => {
    const all = Array.from({ length: 12 }, (_, index) => ({
      context: [1 + index],
      maxTokens: 8,
      written: index === 0 ? 8 : 1,
    }));
    expect(play(all, { sequences: 2, cells: CELLS, sharing: true }).steps).toBe(10);
  });

  test("shares nothing where it may not", () => {
    const all = Array.from({ length: 3 }, () => ({ context: [1, 2, 3], maxTokens: 1, written: 1 }));
    expect(play(all, { sequences: 1, cells: CELLS, sharing: false }).promptTokens).toBe(9);
  });
});
