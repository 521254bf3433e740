import { execFile, execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/**
 * A function that measures tokens a second of prefill, as llama-bench does it on 512 tokens. Takes
 * the given program, else LLAMA_BENCH, else builds it (build.sh prints where).
 */
export function llamaBench(given, path, threads) {
  const program = given ?? process.env.LLAMA_BENCH ?? build("llama-bench");
  const options = ["-m", path, "-t", String(threads), "-p", "512", "-n", "0", "-r", "3"];
  return async () => {
    const { stdout } = await promisify(execFile)(program, [...options, "-o", "json"]);
    return JSON.parse(stdout)[0].avg_ts;
  };
}

/**
 * A function that measures tokens a second of prompts and of written answers, as
 * llama-batched-bench does it with many sequences in one cache. Takes the given program, else
 * LLAMA_BATCHED_BENCH, else builds it.
 */
export function llamaBatchedBench(
  given,
  path,
  threads,
  { promptTokens, writtenTokens, sequences },
) {
  const program = given ?? process.env.LLAMA_BATCHED_BENCH ?? build("llama-batched-bench");
  const cells = sequences * (promptTokens + writtenTokens);
  const options = {
    "-m": path,
    "-t": threads,
    "-c": cells,
    "-b": 512,
    "-ub": 512,
    "-npp": promptTokens,
    "-ntg": writtenTokens,
    "-npl": sequences,
    "--output-format": "jsonl",
  };
  const words = [...Object.entries(options).flat().map(String), "-kvu"];
  return async () => {
    const { stdout } = await promisify(execFile)(program, words);
    const { speed_pp: promptSpeed, speed_tg: writingSpeed } = JSON.parse(
      stdout.split("\n").find((line) => line.startsWith("{")),
    );
    return { promptSpeed, writingSpeed };
  };
}

function build(program) {
  const script = fileURLToPath(new URL("build.sh", import.meta.url));
  const output = execFileSync(script, [program], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return output.trim().split("\n").at(-1);
}
