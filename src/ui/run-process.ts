import { type ChildProcess, spawn } from "node:child_process";
import type { Work } from "../report/live.ts";

/** The command line as the server starts it. */
export interface CommandLine {
  /** The program and its first arguments. */
  readonly program: readonly [file: string, ...args: string[]];
  readonly environment: NodeJS.ProcessEnv;
  /** In which the commands run. */
  readonly project: string;
}

/** A command that works on a run, in a process of its own. */
export interface RunProcess {
  readonly work: Work;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  /** Stops it as Ctrl-C does; the second time at once. */
  interrupt(): void;
  kill(): void;
}

/** By this a command that was started here says which run it works on. */
export interface RunReadyMessage {
  readonly type: "run-ready";
  readonly runId: string;
}

/** What it says to its terminal is kept, up to so many characters from the end. */
const NOTE_LENGTH = 2000;

/** What the command line answers when it was told to stop. */
const INTERRUPTED = 130;

/** Starts `pmpo optimize` on the project's task, or `pmpo resume` where a run is named. */
export function startRunProcess(line: CommandLine, runId: string | null): RunProcess {
  const child = spawnCommand(line, runId);
  let work: Work = {
    kind: runId === null ? "optimize" : "resume",
    runId,
    isAtWork: true,
    isStopping: false,
    note: "",
    failed: false,
  };
  let said = "";
  const change = (to: Partial<Work>): void => {
    work = { ...work, ...to };
  };
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-NOTE_LENGTH);
    change({ note: lastSaid(said) });
  });
  child.on("message", (message: RunReadyMessage) => change({ runId: message.runId }));
  const ended = new Promise<void>((resolve) => {
    const end = (failed: boolean, note: string): void => {
      change({ isAtWork: false, isStopping: false, failed, note });
      resolve();
    };
    child.once("error", (error) => end(true, error.message));
    child.once("close", (code, signal) => {
      const why = signal === null ? work.note : `The process was ended by ${signal}.`;
      end(code !== 0 && code !== INTERRUPTED, why);
    });
  });
  return {
    get work() {
      return work;
    },
    ended,
    interrupt: () => {
      change({ isStopping: true });
      child.kill("SIGINT");
    },
    kill: () => child.kill("SIGKILL"),
  };
}

/** A process group of its own: Ctrl-C in our terminal reaches it through us alone, once. */
function spawnCommand(
  { program: [file, ...args], environment, project }: CommandLine,
  runId: string | null,
): ChildProcess {
  const command = runId === null ? ["optimize"] : ["resume", runId];
  return spawn(file, [...args, ...command, "--json"], {
    cwd: project,
    env: { ...environment, NO_COLOR: "1" },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    detached: true,
  });
}

/** The error at the end, or else the last line; what a terminal would have overwritten is left out. */
function lastSaid(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => line.split("\r").at(-1)?.trimEnd() ?? "")
    .filter((line) => line !== "");
  const error = lines.findLastIndex((line) => line.startsWith("error:"));
  return error === -1 ? (lines.at(-1) ?? "") : lines.slice(error).join("\n");
}
