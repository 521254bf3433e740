import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { ProjectRuns } from "../../report/live.ts";
import { TopBar } from "../page.tsx";
import { get, post, Refused } from "./api.ts";
import { Problem } from "./problem.tsx";
import { RunTable } from "./run-table.tsx";
import { compareAddress, runAddress } from "./addresses.ts";

const ASK_EVERY_MS = 1500;

/** All runs of the project, and a button to start one. */
export function RunList(): JSX.Element {
  const known = useSignal<ProjectRuns | null>(null);
  const refused = useSignal<Refused | null>(null);
  const unreachable = useSignal<Refused | null>(null);
  const picked = useSignal<readonly string[]>([]);
  const isStarting = useSignal(false);
  useEffect(() => {
    document.title = "Runs · pmpo";
    return askAgain(async () => {
      try {
        known.value = await get<ProjectRuns>("/api/runs");
        unreachable.value = null;
      } catch (error) {
        unreachable.value = error as Refused;
      }
      const started = known.value?.work;
      // The one that was started here is watched as soon as it has a page.
      if (isStarting.value && started?.isAtWork === true && started.runId !== null) {
        location.assign(runAddress(started.runId));
      }
      if (started?.isAtWork === false) isStarting.value = false;
    });
  }, []);
  const start = async (): Promise<void> => {
    refused.value = null;
    try {
      await post("/api/runs");
      isStarting.value = true;
    } catch (error) {
      refused.value = error as Refused;
    }
  };
  const [first, second] = picked.value;
  const work = known.value?.work ?? null;
  return (
    <>
      <TopBar home="/" />
      <main class="list">
        <div class="list-head">
          <h1>Runs</h1>
          <div class="controls">
            {first === undefined || second === undefined ? (
              <span class="quiet">Tick two runs to compare them.</span>
            ) : (
              <a class="button" href={compareAddress(first, second)}>
                Compare two
              </a>
            )}
            <button
              type="button"
              class="primary"
              disabled={work?.isAtWork !== false && work !== null}
              onClick={() => void start()}
            >
              Start a run
            </button>
          </div>
        </div>
        <p class="quiet wrap">{known.value?.folder}</p>
        <p role="status">{startingText(known.value)}</p>
        <Problem refused={refused.value ?? unreachable.value ?? failureOf(known.value)} />
        {known.value === null ? null : (
          <RunTable
            runs={known.value.runs}
            picked={picked.value}
            onPick={(to) => (picked.value = to)}
          />
        )}
      </main>
    </>
  );
}

/** Asks now, and again some time after each answer while the page is seen. */
function askAgain(ask: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isOver = false;
  const turn = async (): Promise<void> => {
    if (document.visibilityState === "visible") await ask();
    if (!isOver) timer = setTimeout(() => void turn(), ASK_EVERY_MS);
  };
  void turn();
  return () => {
    isOver = true;
    if (timer !== null) clearTimeout(timer);
  };
}

function startingText(known: ProjectRuns | null): string {
  const work = known?.work ?? null;
  if (work === null || !work.isAtWork || work.runId !== null) return "";
  return `Starting: data and model are being read. ${work.note}`;
}

function failureOf(known: ProjectRuns | null): Refused | null {
  const work = known?.work ?? null;
  return work === null || !work.failed ? null : new Refused({ message: work.note, hint: null });
}
