import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { once } from "node:events";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import open from "open";
import { handScorer } from "../../ui/hand-scorer.ts";
import { usageError } from "../../core/errors.ts";
import { frontEnd } from "../../ui/front-end.ts";
import { runProcesses } from "../../ui/run-processes.ts";
import { runLister } from "../../ui/run-rows.ts";
import { serve } from "../../ui/serve.ts";
import type { CliContext } from "../context.ts";
import { projectFlag } from "./work-on-run.ts";

const TOKEN_BYTES = 32;
const MAIN = new URL("../main.js", import.meta.url);

/** `pmpo ui`: serves the runs of a project until it is interrupted. */
export async function runUi(
  options: { readonly project: string; readonly port?: number; readonly open?: true },
  context: CliContext,
): Promise<void> {
  const { workingFolder, environment, stdout, signal } = context;
  const project = resolve(workingFolder, options.project);
  checkFolder(project);
  const server = await serve(
    {
      project,
      projectFlag: projectFlag(project, workingFolder),
      processes: runProcesses({
        program: [process.execPath, fileURLToPath(MAIN)],
        environment,
        project,
      }),
      scorer: handScorer(new URL("../hand-scorer.js", import.meta.url), environment, project),
      listRuns: runLister(project),
      files: frontEnd((name) =>
        readFileSync(new URL(`../../dashboard/${name}`, import.meta.url), "utf8"),
      ),
    },
    { port: options.port ?? 0, token: randomBytes(TOKEN_BYTES).toString("base64url") },
  );
  stdout.write(`${server.address}\n`);
  context.stderr.write(
    "The address holds the key: only who has it is let in. Ctrl-C ends the server and stops the run that was started from it, which can be resumed.\n",
  );
  if (options.open === true) await open(server.address);
  if (!signal.aborted) await once(signal, "abort");
  context.stderr.write("Ending …\n");
  await server.close();
}

function checkFolder(project: string): void {
  if (statSync(project, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw usageError("PROJECT_MISSING", `There is no folder ${project}`, "Name the task's folder.");
}
