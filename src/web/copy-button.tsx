import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

const SAID_FOR_MS = 2000;

/** Puts a text on the clipboard, and says that it did. */
export function CopyButton({
  label,
  text,
}: {
  readonly label: string;
  readonly text: () => string;
}): JSX.Element {
  const said = useSignal(label);
  const copy = async (): Promise<void> => {
    said.value = (await copied(text())) ? "Copied" : "Not allowed";
    setTimeout(() => (said.value = label), SAID_FOR_MS);
  };
  return (
    <button type="button" class="copy scripted" onClick={() => void copy()}>
      <span aria-live="polite">{said}</span>
    </button>
  );
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
