import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ScoreRequest, TokenIds } from "../../core/model.ts";
import { type Leaf, planScoring } from "./plan-scoring.ts";
import { PIECE_TOKENS } from "./trunk.ts";
import { wantedByNode } from "./wanted-places.ts";

const CONTEXT_TOKENS = 4096;

const words = (minLength: number): fc.Arbitrary<TokenIds> =>
  fc
    .array(fc.integer({ min: 1, max: 3 }), { minLength, maxLength: 6 })
    .map((tokens) => Int32Array.from(tokens));

/** A step: requests that begin alike, some of them twice, some the beginnings of others. */
const steps = fc
  .record({
    common: fc.integer({ min: 0, max: 3 * PIECE_TOKENS }),
    rests: fc.array(fc.record({ context: words(1), target: words(1) }), {
      minLength: 1,
      maxLength: 40,
    }),
  })
  .map(({ common, rests }) =>
    rests.map(({ context, target }, index) => ({
      id: `${index}`,
      context: Int32Array.from([...beginning(common), ...context]),
      target,
    })),
  );

function beginning(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => 5 + (index % 7));
}

/** What has to be evaluated of a request: everything but the last token of its target. */
function path({ context, target }: ScoreRequest): readonly number[] {
  return [...context, ...target.subarray(0, -1)];
}

function leavesInOrder({ leaves, groups }: ReturnType<typeof planScoring>): readonly Leaf[] {
  return groups.flatMap((group) => group.paths.map((leaf) => leaves[leaf] as Leaf));
}

describe("the plan of a step", () => {
  test("evaluates every distinct beginning once, the trunk's among them", () => {
    fc.assert(
      fc.property(steps, (requests) => {
        const { trunk, groups } = planScoring(requests, CONTEXT_TOKENS, true);
        const nodes = new Set(
          requests.flatMap((request) =>
            path(request).map((_, end) =>
              path(request)
                .slice(0, end + 1)
                .join(),
            ),
          ),
        );
        const planned = groups.reduce((sum, { tokens }) => sum + tokens.length, trunk.length);
        expect(planned).toBe(nodes.size);
      }),
    );
  });

  test("evaluates every request whole where nothing may be shared", () => {
    fc.assert(
      fc.property(steps, (requests) => {
        const { trunk, groups } = planScoring(requests, CONTEXT_TOKENS, false);
        expect(trunk).toHaveLength(0);
        expect(groups.map(({ tokens }) => tokens.length)).toEqual(
          leavesInOrder(planScoring(requests, CONTEXT_TOKENS, false)).map(
            (leaf) => leaf.path.length,
          ),
        );
        expect(groups.reduce((sum, { tokens }) => sum + tokens.length, 0)).toBe(
          requests.reduce((sum, request) => sum + path(request).length, 0),
        );
      }),
    );
  });

  test("finds every request on one path, which begins with all of it", () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (requests, sharing) => {
        const { leaves } = planScoring(requests, CONTEXT_TOKENS, sharing);
        const found = leaves.flatMap((leaf) =>
          leaf.requests.map((request) => {
            const own = path(requests[request] as ScoreRequest);
            expect([...leaf.path.subarray(0, own.length)]).toEqual(own);
            return request;
          }),
        );
        expect(found.toSorted((a, b) => a - b)).toEqual(requests.map((_, index) => index));
      }),
    );
  });

  test("refuses a request that is longer than the cache, by its name", () => {
    const request = { id: "long", context: new Int32Array(30), target: Int32Array.of(1) };
    expect(() => planScoring([request], 20, true)).toThrow(/long/);
  });
});

describe("the places whose logits are wanted", () => {
  test("are each evaluated, and hold every token of every target once, behind what precedes it", () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (requests, sharing) => {
        const plan = planScoring(requests, CONTEXT_TOKENS, sharing);
        const leaves = leavesInOrder(plan);
        const wanted = wantedByNode(requests, leaves, sharing);
        const evaluated = new Set<string>();
        let leavesBefore = 0;
        for (const group of plan.groups) {
          for (const { position, sequences } of group.tokens) {
            evaluated.add(`${leavesBefore + (sequences[0] as number)} ${position}`);
          }
          leavesBefore += group.paths.length;
        }
        const found: string[] = [];
        wanted.forEach((places, leaf) => {
          for (const [position, entries] of places) {
            expect(evaluated).toContain(`${leaf} ${position}`);
            const before = [...(leaves[leaf] as Leaf).path.subarray(0, position + 1)];
            for (const { request, index, token } of entries) {
              const { context, target } = requests[request] as ScoreRequest;
              expect(before).toEqual([...context, ...target.subarray(0, index)]);
              expect(token).toBe(target[index]);
              found.push(`${request} ${index}`);
            }
          }
        });
        const asked = requests.flatMap(({ target }, request) =>
          Array.from(target, (_, index) => `${request} ${index}`),
        );
        expect(found.toSorted()).toEqual(asked.toSorted());
      }),
    );
  });
});
