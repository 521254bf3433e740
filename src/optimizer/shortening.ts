import { type Replacement, replaceParts } from "../analysis/parts.ts";
import { cutInto, type Unit } from "../analysis/units.ts";
import { type Candidate, templateVariables } from "../core/candidate.ts";

/** One way to make a prompt shorter, by places in its instruction as it is. */
export interface ShorteningEdit {
  readonly operator: string;
  /** Null: a demonstration is left out. */
  readonly replacement: Replacement | null;
  readonly demonstrationId: string | null;
}

/** Edits of one kind, which are weighed against each other. */
export type Shortening = (
  candidate: Candidate,
) => readonly ShorteningEdit[] | Promise<readonly ShorteningEdit[]>;

/** Leaves out a part of the instruction. */
export function leaveOut(unit: Unit): Shortening {
  return ({ instruction }) =>
    cutInto(instruction, unit).map(({ start, end }) =>
      rewording(unit, { start, end, replacement: "" }),
    );
}

/** Leaves out a demonstration. */
export const leaveOutDemonstrations: Shortening = ({ demonstrations }) =>
  demonstrations.map(({ id }) => ({
    operator: "demonstration",
    replacement: null,
    demonstrationId: id,
  }));

/** Puts other words in the place of some. */
export function rewording(operator: string, replacement: Replacement): ShorteningEdit {
  return { operator, replacement, demonstrationId: null };
}

/** The prompt after edits that do not overlap. */
export function shortened(candidate: Candidate, edits: readonly ShorteningEdit[]): Candidate {
  const replacements = edits.flatMap(({ replacement }) => replacement ?? []);
  const dropped = new Set(edits.map(({ demonstrationId }) => demonstrationId));
  return {
    ...candidate,
    instruction:
      replacements.length === 0
        ? candidate.instruction
        : replaceParts(candidate.instruction, replacements),
    demonstrations: candidate.demonstrations.filter(({ id }) => !dropped.has(id)),
  };
}

/** Whether two edits change the same words. */
export function overlap(one: ShorteningEdit, other: ShorteningEdit): boolean {
  const [a, b] = [one.replacement, other.replacement];
  return a !== null && b !== null && a.start < b.end && b.start < a.end;
}

/** Whether a shorter prompt still says something, with every variable of the original in it. */
export function isWhole({ instruction }: Candidate, original: Candidate): boolean {
  if (instruction === original.instruction) return true;
  const kept = templateVariables(instruction);
  return (
    /[\p{L}\p{N}]/u.test(instruction) &&
    templateVariables(original.instruction).every((variable) => kept.includes(variable))
  );
}
