import type { ComponentChildren, JSX } from "preact";

interface LiveButtonProps {
  readonly isLive: boolean;
  readonly class?: string;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

/** A button in a page whose script can answer it, bare text in any other. */
export function LiveButton({
  isLive,
  class: name = "",
  onClick,
  children,
}: LiveButtonProps): JSX.Element {
  return isLive ? (
    <button type="button" class={name} onClick={onClick}>
      {children}
    </button>
  ) : (
    <span class={name}>{children}</span>
  );
}
