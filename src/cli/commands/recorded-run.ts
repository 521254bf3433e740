import { resolve } from "node:path";
import { usageError } from "../../core/errors.ts";
import { readBesideRun } from "../../project/beside-run.ts";
import { gradingOf } from "../../project/grading-of.ts";
import { movedTo } from "../../project/moved-run.ts";
import type { ComparableRun } from "../../report/compare-runs.ts";
import type { RecordedEvents } from "../../report/run-report.ts";
import { readRun } from "../../store/run-folder.ts";
import type { CliContext } from "../context.ts";
import { projectFlag, resumeCommand } from "./work-on-run.ts";

/** A recorded run with all that reports are made of. */
export interface StartedRun extends RecordedEvents, ComparableRun {
  readonly folder: string;
}

/** Reads a run of a project. Refuses one of which there is nothing to show yet. */
export async function readStartedRun(
  wanted: string,
  projectFolder: string,
  { workingFolder }: Pick<CliContext, "workingFolder">,
): Promise<StartedRun> {
  const project = resolve(workingFolder, projectFolder);
  const { id, folder, manifest, events, eventSeconds, elapsedSeconds } = await readRun(
    project,
    wanted,
  );
  if (!events.some(({ type }) => type === "candidate-scored")) {
    throw usageError(
      "RUN_EMPTY",
      `Run ${id} ended before its start prompt was scored`,
      `Go on with: ${resumeCommand(id, project, workingFolder)}`,
    );
  }
  return {
    id,
    folder,
    events,
    eventSeconds,
    dataHashes: manifest.dataHashes,
    grading: gradingOf(manifest),
    seconds: elapsedSeconds,
    ...readBesideRun(folder, movedTo(project, manifest).config),
    projectFlag: projectFlag(project, workingFolder),
  };
}
