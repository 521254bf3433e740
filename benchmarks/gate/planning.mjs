/**
 * Plans steps of 50 requests behind one prompt, so many times as the first argument says: what
 * bench.mjs counts the instructions of. Run without a compiler (--jitless), so that the count is the
 * same each time.
 */
import { createRandom } from "../../dist/core/random.js";
import { planScoring } from "../../dist/backends/llama-cpp/plan-scoring.js";

const random = createRandom(0, "planning");
const tokens = (count) =>
  Int32Array.from({ length: count }, () => Math.floor(40_000 * random.float()));
const prompt = tokens(60);
const requests = Array.from({ length: 50 }, (_, index) => ({
  id: String(index),
  context: Int32Array.from([...prompt, ...tokens(25)]),
  target: tokens(3),
}));
for (let step = 0; step < Number(process.argv[2]); step++) planScoring(requests, 8192, true);
