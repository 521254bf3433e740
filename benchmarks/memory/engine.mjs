// Peak memory of a fresh process that loads a model and scores examples behind one prompt: SmolLM2
// 135M, or a model of the shape of one with seven billion parameters, with weights that are drawn.
//   npm run build && node benchmarks/memory/engine.mjs [--format q8_0|f16] [--shape 7b] [--examples 50] [--json]
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ticketRequests } from "../engine/tickets.mjs";
import { openSmallModel, smallModelPath } from "../small-model.mjs";
import { SEVEN_BILLION, writeModelOfShape } from "./gguf-of-shape.mjs";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    format: { type: "string", default: "q8_0" },
    shape: { type: "string", default: "small" },
    examples: { type: "string", default: "50" },
  },
});
const MEBIBYTE = 2 ** 20;
const ALLOWANCE_BYTES = 200 * MEBIBYTE;
/** SmolLM2 135M. */
const SMALL = { layers: 30, width: 576, heads: 9, sharedHeads: 3 };
const isLarge = flags.shape === "7b";
const shape = isLarge ? SEVEN_BILLION : SMALL;

const folder = mkdtempSync(join(tmpdir(), "pmpo-engine-memory-"));
try {
  const small = await smallModelPath(flags.format);
  const path = isLarge ? join(folder, "seven-billion.gguf") : small;
  if (isLarge) writeModelOfShape(path, small, shape);
  const { peakBytes, contextTokens, seconds } = await scoreOnce(path);
  // Keys and values, numbers of 2 bytes.
  const perToken = shape.layers * 2 * (shape.width / shape.heads) * shape.sharedHeads * 2;
  tell({
    peakBytes,
    seconds,
    weightsBytes: statSync(path).size,
    cacheBytes: contextTokens * perToken,
  });
} finally {
  rmSync(folder, { recursive: true });
}

async function scoreOnce(path) {
  const model = await openSmallModel(path, {
    gpu: "off",
    // Weights in Q8_0 and Q4_0 are repacked for the processor: mapped they would stand there twice.
    mapWeights: flags.format !== "q8_0" && !isLarge,
  });
  const requests = (await ticketRequests(model)).slice(0, Number(flags.examples));
  const begun = performance.now();
  await model.score(requests);
  const seconds = (performance.now() - begun) / 1000;
  await model[Symbol.asyncDispose]();
  // Node gives kibibytes.
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return { peakBytes, seconds, contextTokens: model.capabilities.contextTokens };
}

function tell({ peakBytes, seconds, weightsBytes, cacheBytes }) {
  const limitBytes = weightsBytes + cacheBytes + ALLOWANCE_BYTES;
  const mebibytes = (bytes) => Math.round(bytes / MEBIBYTE);
  console.log(
    flags.json
      ? JSON.stringify({ peakBytes, weightsBytes, cacheBytes, limitBytes, seconds })
      : `peak ${mebibytes(peakBytes)} MiB; weights ${mebibytes(weightsBytes)} + cache ${mebibytes(cacheBytes)} + 200 = ${mebibytes(limitBytes)} MiB allowed; scored in ${seconds.toFixed(1)} s`,
  );
  process.exitCode = peakBytes <= limitBytes ? 0 : 1;
}
