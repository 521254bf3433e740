import { rewording, type Shortening } from "../../optimizer/shortening.ts";

/** Long ways of saying something, each with a shorter one. */
const WORDINGS: readonly (readonly [long: RegExp, short: string])[] = [
  [/\bin order to\b/gi, "to"],
  [/\bso as to\b/gi, "to"],
  [/\bdue to the fact that\b/gi, "because"],
  [/\bin the event that\b/gi, "if"],
  [/\bwhether or not\b/gi, "whether"],
  [/\bas well as\b/gi, "and"],
  [/\bwith (?:regard|respect) to\b/gi, "about"],
  [/\b(?:a|the) (?:large )?number of\b/gi, "many"],
  [/\beach and every\b/gi, "every"],
  [/\bis able to\b/gi, "can"],
  [/\bmake sure (?:that|to)\b/gi, "ensure"],
  [/\b(?:based on|according to) the following\b/gi, "by this"],
  [/\bthe following\b/gi, "this"],
  [/\byour task is to\s+/gi, ""],
  [/\byour (?:job|goal) is to\s+/gi, ""],
  [/\bi (?:want|would like|need) you to\s+/gi, ""],
  [/\byou (?:should|must|need to|have to|will)\s+/gi, ""],
  [/\b(?:please|kindly|carefully|simply|just|very|really)\s+/gi, ""],
  [/\bif possible,?\s*/gi, ""],
  [/\*\*(?=\S)|(?<=\S)\*\*/g, ""],
  [/^#+[ \t]+/gm, ""],
];

/** Says wordy phrases more briefly, and takes out polite words and emphasis. */
export const briefWordings: Shortening = ({ instruction }) =>
  WORDINGS.flatMap(([long, short]) =>
    [...instruction.matchAll(long)].map((match) => {
      const end = match.index + match[0].length;
      const next = short === "" && isCapital(match[0]) ? instruction.charAt(end).toUpperCase() : "";
      return rewording("wording", {
        start: match.index,
        end: end + next.length,
        replacement: next + (isCapital(match[0]) ? capitalised(short) : short),
      });
    }),
  );

function isCapital(text: string): boolean {
  return /^\p{Lu}/u.test(text);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
