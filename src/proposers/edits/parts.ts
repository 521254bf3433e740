import { verdictOnPart } from "../../analysis/mask.ts";
import { removePart, swapParts } from "../../analysis/parts.ts";
import type { Proposer } from "../../core/proposal.ts";
import type { PartEffect } from "../../core/run-event.ts";
import { editProposer } from "./edit-proposer.ts";

/** Takes out a part that hurts or does nothing, the worst first. */
export const deletePart: Proposer = editProposer({
  operator: "delete-part",
  applies: (task) => task.search.instruction,
  ideas: ({ incumbent, parts }) =>
    [...parts]
      .filter((part) => verdictOnPart(part) !== "helps")
      .sort((a, b) => a.deltaLoss - b.deltaLoss)
      .map((part) => removePart(incumbent.candidate.instruction, part))
      .filter((instruction) => instruction !== "")
      .map((instruction) => ({ ...incumbent.candidate, instruction })),
});

/** Exchanges two parts. */
export const reorderParts: Proposer = editProposer({
  operator: "reorder-parts",
  applies: (task) => task.search.instruction,
  ideas: ({ incumbent, parts, random }) => {
    const pairs = parts.flatMap((one, index) =>
      parts.slice(index + 1).map((other): [PartEffect, PartEffect] => [one, other]),
    );
    return random.shuffle(pairs).map(([one, other]) => ({
      ...incumbent.candidate,
      instruction: swapParts(incumbent.candidate.instruction, one, other),
    }));
  },
});
