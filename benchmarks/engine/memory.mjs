// Peak memory of a fresh process that loads SmolLM2 135M and scores 50 examples behind one prompt.
//   npm run build && node benchmarks/engine/memory.mjs [--format q8_0|f16] [--json]
import { statSync } from "node:fs";
import { parseArgs } from "node:util";
import { openSmallModel, smallModelPath } from "../small-model.mjs";
import { ticketRequests } from "./tickets.mjs";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    format: { type: "string", default: "q8_0" },
  },
});
const MEBIBYTE = 2 ** 20;
// SmolLM2 135M: 30 layers, keys and values, 3 heads of 64 numbers of 2 bytes.
const CACHE_BYTES_PER_TOKEN = 30 * 2 * 3 * 64 * 2;
const ALLOWANCE_BYTES = 200 * MEBIBYTE;

const path = await smallModelPath(flags.format);
const model = await openSmallModel(path, {
  gpu: "off",
  mapWeights: flags.format !== "q8_0",
});
await model.score(await ticketRequests(model));

await model[Symbol.asyncDispose]();

const weightsBytes = statSync(path).size;
const cacheBytes = model.capabilities.contextTokens * CACHE_BYTES_PER_TOKEN;
const peakBytes = process.resourceUsage().maxRSS * 1024;
const limitBytes = weightsBytes + cacheBytes + ALLOWANCE_BYTES;
const mebibytes = (bytes) => Math.round(bytes / MEBIBYTE);
if (flags.json) {
  console.log(JSON.stringify({ peakBytes, weightsBytes, cacheBytes, limitBytes }));
} else {
  console.log(
    `peak ${mebibytes(peakBytes)} MiB; weights ${mebibytes(weightsBytes)} + cache ${mebibytes(cacheBytes)} + 200 = ${mebibytes(limitBytes)} MiB allowed`,
  );
}
process.exitCode = peakBytes <= limitBytes ? 0 : 1;
