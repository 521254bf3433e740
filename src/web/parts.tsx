import type { ComponentChildren, JSX } from "preact";
import type { PartView } from "../report/incumbents.ts";
import { signedNats } from "../report/numbers.ts";

/** An instruction with its measured parts tinted; where none was measured, the bare text. */
export function TintedPrompt({
  text,
  parts,
}: {
  readonly text: string;
  readonly parts: readonly PartView[];
}): JSX.Element {
  const pieces: ComponentChildren[] = [];
  const most = Math.max(...parts.map(({ deltaLoss }) => Math.abs(deltaLoss)));
  let end = 0;
  for (const part of parts.toSorted((a, b) => a.start - b.start)) {
    if (part.start < end) continue;
    pieces.push(text.slice(end, part.start));
    pieces.push(
      <mark key={part.start} class={tintOf(part, most)} title={effectText(part)}>
        {text.slice(part.start, part.end)}
        <sup>{signedNats(part.deltaLoss)}</sup>
      </mark>,
    );
    end = part.end;
  }
  return (
    <p class="prompt-text">
      {pieces}
      {text.slice(end)}
    </p>
  );
}

/** The parts with what masking them does, and how sure that is. */
export function PartsTable({ parts }: { readonly parts: readonly PartView[] }): JSX.Element | null {
  if (parts.length === 0) return null;
  return (
    <details>
      <summary>What each part is worth</summary>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">part</th>
            <th scope="col">without it, nats</th>
            <th scope="col">95 % interval</th>
            <th scope="col">so it</th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <tr key={part.start}>
              <td>{part.text}</td>
              <td class="number">{signedNats(part.deltaLoss)}</td>
              <td class="number">{part.interval.map(signedNats).join(" to ")}</td>
              <td>{effectOf(part)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** Helps or hurts only where the interval leaves zero out. */
function effectOf(part: PartView): "helps" | "hurts" | "inert" {
  const [low, high] = part.interval;
  return low > 0 ? "helps" : high < 0 ? "hurts" : "inert";
}

/** Three strengths by size, against the largest effect in the prompt. */
function tintOf(part: PartView, most: number): string {
  const effect = effectOf(part);
  if (effect === "inert") return "inert";
  // Rounding may make the largest effect a little larger than itself.
  const strength = Math.ceil((3 * Math.abs(part.deltaLoss)) / most);
  return `${effect}-${Math.min(3, Math.max(1, strength))}`;
}

function effectText(part: PartView): string {
  return `${effectOf(part)}: without it the loss changes by ${signedNats(part.deltaLoss)} nats, 95 % interval ${part.interval.map(signedNats).join(" to ")}`;
}
