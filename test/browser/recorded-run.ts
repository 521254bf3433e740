import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderWith, pmpo } from "../cli/pmpo.ts";
import { smollm2 } from "../model.ts";

/** A prompt of several parts, so that they are measured. */
const PROMPT =
  "You work at the help desk of an online shop. Decide which team should handle this customer message: billing, technical, shipping or account. Please be friendly.\n";

/** Runs the ticket router on few rows, and answers the path of its report. */
export async function ticketRouterReport(): Promise<string> {
  await smollm2("q8_0");
  const folder = folderWith({});
  cpSync("examples/ticket-router", folder, { recursive: true });
  writeFileSync(join(folder, "prompt.txt"), PROMPT);
  const settings = readFileSync(join(folder, "pmpo.yaml"), "utf8")
    .replace(/train: 32.*/, "train: 10")
    .replace(/testExamples: 100.*/, "testExamples: 12")
    .replace(/maxIterations: 3.*/, "maxIterations: 2");
  writeFileSync(join(folder, "pmpo.yaml"), `${settings}\nthreads: 1\n`);
  return await optimizedReport(folder);
}

/** Runs the task of a folder, and answers the path of its report. */
export async function optimizedReport(folder: string): Promise<string> {
  const run = await pmpo(["optimize", "--json"], { folder });
  if (run.exitCode !== 0) throw new Error(run.stderr);
  const written = await pmpo(["report", "--out", "page.html"], { folder });
  if (written.exitCode !== 0) throw new Error(written.stderr);
  return join(folder, "page.html");
}
