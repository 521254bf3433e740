import { statSync } from "node:fs";
import { join } from "node:path";
import { PmpoError } from "../core/errors.ts";
import { movedTo } from "../project/moved-run.ts";
import { type RunRow, runRow, unreadableRow } from "../report/run-row.ts";
import { EVENTS_FILE, readRun } from "../store/run-folder.ts";
import { runIds, runsFolder } from "../store/run-id.ts";
import { isRunAtWork } from "../store/run-lock.ts";

/** Lists the runs of a project, newest first; one whose log did not grow is not read again. */
export function runLister(project: string): () => Promise<readonly RunRow[]> {
  const known = new Map<string, { readonly size: number; readonly row: Recorded }>();
  const recordedRow = async (id: string): Promise<Recorded> => {
    const log = join(runsFolder(project), id, EVENTS_FILE);
    const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
    const before = known.get(id);
    if (before?.size === size) return before.row;
    const row = await readRow(project, id);
    known.set(id, { size, row });
    return row;
  };
  return async () => {
    const rows: RunRow[] = [];
    for (const id of runIds(project)) {
      try {
        const row = await recordedRow(id);
        rows.push({ ...row, condition: conditionOf(project, row) });
      } catch (error) {
        if (!(error instanceof PmpoError)) throw error;
        rows.push(unreadableRow(id, error.message));
      }
    }
    return rows;
  };
}

type Recorded = Omit<RunRow, "condition">;

async function readRow(project: string, id: string): Promise<Recorded> {
  const { manifest, events, elapsedSeconds } = await readRun(project, id);
  return runRow({
    id,
    createdAt: manifest.createdAt,
    model: manifest.modelIdentity.name,
    events,
    seconds: elapsedSeconds,
    prices: movedTo(project, manifest).config.prices,
  });
}

function conditionOf(project: string, { id, verdict }: Recorded): RunRow["condition"] {
  if (isRunAtWork(join(runsFolder(project), id))) return "working";
  return verdict === null ? "stopped" : "finished";
}
