import type { PullProgressListener } from "../../models/progress.ts";
import type { Output } from "../context.ts";

const WORDS = {
  download: "Downloading",
  unpack: "Unpacking",
  verify: "Checking",
  convert: "Converting",
} as const;

/** Shows how far a model or data are fetched: one moving line on a terminal, one line a phase elsewhere. */
export function pullReporter(output: Output): PullProgressListener {
  let lastPhase = "";
  return ({ phase, subject = "model", doneBytes, totalBytes }) => {
    const words = `${WORDS[phase]} the ${subject}`;
    const done = totalBytes !== null && doneBytes >= totalBytes;
    if (output.isTTY === true) {
      const share = totalBytes === null ? "" : ` of ${megabytes(totalBytes)}`;
      output.write(`\r\u001B[K${words}: ${megabytes(doneBytes)}${share}${done ? "\n" : ""}`);
    } else if (phase !== lastPhase) {
      output.write(`${words} …\n`);
    }
    lastPhase = phase;
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
