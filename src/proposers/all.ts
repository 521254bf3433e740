import type { Proposer } from "../core/proposal.ts";
import { answerForm, nameAnswers } from "./edits/answers.ts";
import { combine } from "./edits/combine.ts";
import { changeDemonstrations } from "./edits/demonstrations.ts";
import { changeLayout } from "./edits/layout.ts";
import { deletePart, reorderParts } from "./edits/parts.ts";
import { phrases } from "./edits/phrases.ts";
import { rewriteProposer } from "./rewrite.ts";

/** Every operator of the default search. */
export const ALL_PROPOSERS: readonly Proposer[] = [
  rewriteProposer,
  changeLayout,
  changeDemonstrations,
  nameAnswers,
  answerForm,
  phrases,
  deletePart,
  reorderParts,
  combine,
];

/** The paper's only operator. */
export const REWRITERS: readonly Proposer[] = [rewriteProposer];
