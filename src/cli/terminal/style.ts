import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Paints text where the output is a terminal that wants colours. */
export type Paint = (format: Format, text: string) => string;

/** Colours for a stream: none when it is piped, `NO_COLOR` is set or the terminal is dumb. */
export function paintFor(
  stream: { readonly isTTY?: boolean },
  environment: NodeJS.ProcessEnv,
): Paint {
  const wanted =
    (environment["NO_COLOR"] ?? "") === "" &&
    ((environment["FORCE_COLOR"] ?? "") !== "" ||
      (stream.isTTY === true && environment["TERM"] !== "dumb"));
  return wanted
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_format, text) => text;
}
