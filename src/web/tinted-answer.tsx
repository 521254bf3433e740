import type { JSX } from "preact";
import type { ExampleRow, RowToken } from "../report/example-rows.ts";
import { nats, signedNats } from "../report/numbers.ts";
import { tintedSpans } from "./tints.ts";

/** The known answer, tinted by how much likelier it became; the bare text where that is not known. */
export function TintedAnswer({
  target,
  tokens,
}: Pick<ExampleRow, "target" | "tokens">): JSX.Element {
  return (
    <>
      {tokens === undefined
        ? target
        : tintedSpans(tokens).map(({ text, tint }, index) => (
            <mark key={index} class={`token ${tint}`}>
              {text}
            </mark>
          ))}
    </>
  );
}

/** The same in numbers. */
export function TokenTable({ tokens }: { readonly tokens: readonly RowToken[] }): JSX.Element {
  return (
    <details>
      <summary>Token by token</summary>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">token</th>
            <th scope="col">start, nats</th>
            <th scope="col">best, nats</th>
            <th scope="col">change</th>
          </tr>
        </thead>
        <tbody>
          {tokens.map(({ text, start, best }, index) => (
            <tr key={index}>
              <th scope="row">{text === null ? "end of the answer" : JSON.stringify(text)}</th>
              <td class="number">{nats(start)}</td>
              <td class="number">{nats(best)}</td>
              <td class="number">{signedNats(best - start)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** What the tints say. */
export function TintLegend(): JSX.Element {
  return (
    <p class="quiet tint-legend">
      In the known answers: tokens that the best prompt makes{" "}
      <mark class="token helps-2">likelier</mark> or <mark class="token hurts-2">less likely</mark>,
      stronger from twice and from ten times on; ⏎ is the end of the answer.
    </p>
  );
}
