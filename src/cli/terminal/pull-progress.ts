import type { PullProgressListener } from "../../models/progress.ts";
import type { Output } from "../context.ts";

const WORDS = {
  download: "Downloading the model",
  unpack: "Unpacking the model",
  verify: "Checking the model",
  convert: "Converting the model",
} as const;

/** Shows how far a model is fetched: one moving line on a terminal, one line a phase elsewhere. */
export function pullReporter(output: Output): PullProgressListener {
  let lastPhase = "";
  return ({ phase, doneBytes, totalBytes }) => {
    const done = totalBytes !== null && doneBytes >= totalBytes;
    if (output.isTTY === true) {
      const share = totalBytes === null ? "" : ` of ${megabytes(totalBytes)}`;
      output.write(`\r\u001B[K${WORDS[phase]}: ${megabytes(doneBytes)}${share}${done ? "\n" : ""}`);
    } else if (phase !== lastPhase) {
      output.write(`${WORDS[phase]} …\n`);
    }
    lastPhase = phase;
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
