/** One step of bringing a model or data to disk, told while it happens. */
export interface PullProgress {
  /** What is brought; a model where nothing is said. */
  readonly subject?: "data";
  readonly phase: "download" | "unpack" | "verify" | "convert";
  readonly doneBytes: number;
  /** Null where it cannot be known. */
  readonly totalBytes: number | null;
}

/** Listens to the steps of a pull; called at most about once per mebibyte. */
export type PullProgressListener = (progress: PullProgress) => void;

const STEP_BYTES = 1 << 20;

/** A listener that is called at the start, at every mebibyte and at the end of a phase, not per chunk. */
export function throttled(listener: PullProgressListener | undefined): PullProgressListener {
  let last: PullProgress | undefined;
  return (progress) => {
    const small =
      last !== undefined &&
      last.phase === progress.phase &&
      progress.doneBytes !== progress.totalBytes &&
      Math.abs(progress.doneBytes - last.doneBytes) < STEP_BYTES;
    if (small) return;
    last = progress;
    listener?.(progress);
  };
}
