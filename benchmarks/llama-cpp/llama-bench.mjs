import { execFile, execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/**
 * A function that measures tokens a second of prefill, as llama-bench does it on 512 tokens. Takes
 * the given program, else LLAMA_BENCH, else builds it (build.sh prints where).
 */
export function llamaBench(given, path, threads) {
  const program = given ?? process.env.LLAMA_BENCH ?? build();
  const options = [
    "-m",
    path,
    "-t",
    String(threads),
    "-p",
    "512",
    "-n",
    "0",
    "-r",
    "3",
    "-o",
    "json",
  ];
  return async () => {
    const { stdout } = await promisify(execFile)(program, options);
    return JSON.parse(stdout)[0].avg_ts;
  };
}

function build() {
  const script = fileURLToPath(new URL("build.sh", import.meta.url));
  const output = execFileSync(script, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return output.trim().split("\n").at(-1);
}
