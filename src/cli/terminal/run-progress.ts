import { isEndpointAddress } from "../../core/endpoint.ts";
import { cpus, loadavg } from "node:os";
import { contradictionText } from "../../core/contradictions.ts";
import { layoutName } from "../../core/candidate.ts";
import type { CandidateScored, RunEvent } from "../../core/run-event.ts";
import { candidateOf, candidatesIn, incumbentOf, type RunState } from "../../core/run-state.ts";
import { type ScoringMode, scoringMode } from "../../core/scoring-mode.ts";
import { canScore } from "../../core/text-model.ts";
import { canBeNegative } from "../../objectives/objective.ts";
import type { ReadyRun, RunServices } from "../../project/run.ts";
import { objectiveText } from "../../report/objective-text.ts";
import { lossUnit, modeNote, scoreText } from "../../report/loss-unit.ts";
import { counted, duration, grouped } from "../../report/numbers.ts";
import { timeLeft } from "../../report/time-left.ts";
import type { CliContext } from "../context.ts";
import { sparkline } from "./sparkline.ts";
import { clipped } from "./table.ts";

/** Where no line can move, how long nothing may be said. */
const PLAIN_INTERVAL_MS = 20_000;

/** Lines for what is decided, and between them what goes on: on a terminal as one moving line. */
export function watchRun(context: CliContext): Pick<RunServices, "onReady" | "onEvent"> {
  const { stderr, paintErrors: paint, clock } = context;
  const startedAt = clock();
  const width = stderr.columns ?? 140;
  let ready: ReadyRun | null = null;
  const clear = (): void => {
    if (stderr.isTTY === true) stderr.write("\r\u001B[K");
  };
  const say = (line: string): void => {
    clear();
    stderr.write(`${line}\n`);
  };
  let lastShown = startedAt;
  const show = (state: RunState): void => {
    if (state.incumbentId === null || ready === null) return;
    const now = clock();
    const line = clipped(
      statusLine(state, Math.max(1e-3, (now - startedAt) / 1000), ready),
      width - 1,
    );
    if (stderr.isTTY === true) stderr.write(`\r\u001B[K${line}`);
    else if (now - lastShown >= PLAIN_INTERVAL_MS) {
      lastShown = now;
      stderr.write(`${line}\n`);
    }
  };
  return {
    onReady: (run) => {
      ready = run;
      for (const line of openingLines(run)) say(line);
    },
    onEvent: (event, state) => {
      for (const line of eventLines(event, state, width, paint)) say(line);
      if (state.stopReason !== null) clear();
      else show(state);
    },
  };
}

function openingLines(run: ReadyRun): readonly string[] {
  const { task, model, objectiveReason, state } = run;
  const { train, demonstrations, validation, test } = task.data;
  const sharing = canScore(model) ? model.capabilities.prefixSharingNote : undefined;
  return [
    `run ${run.id}${state.iterations > 0 ? `, going on after iteration ${state.iterations}` : ""}`,
    `model ${model.identity.name} (${model.identity.format}), ${model.identity.engine}`,
    ...busyNote(run),
    ...estimateNote(run),
    ...(sharing === undefined ? [] : [`common prefixes count in full: ${sharing}`]),
    `${train.length} training, ${demonstrations.length} demonstration${validation.length === 0 ? "" : `, ${validation.length} validation`} and ${test.length} test examples`,
    ...smallPartsNote(run),
    ...fewExamplesNote(train.length, test.length),
    ...contradictionNote(run.contradictions),
    ...layoutNote(task),
    `objective: ${objectiveText(task.objective)} (${objectiveReason})`,
    ...noteOf(scoringMode(task.objective)),
  ];
}

/** What is shown as 0. */
const NO_LOSS = 0.0005;

/** As a contrast does with wrong answers that nobody would give. */
function nothingLeft({ started, candidates: [start] }: RunState): readonly string[] {
  if (started === null || start === undefined || canBeNegative(started.objective)) return [];
  return start.summary.loss < NO_LOSS
    ? ["the start prompt loses nothing: by this objective and these examples none can be better"]
    : [];
}

function noteOf(mode: ScoringMode): readonly string[] {
  const note = modeNote(mode);
  return note === null ? [] : [note];
}

function modeOf({ started }: RunState): ScoringMode {
  return started === null ? "likelihood" : scoringMode(started.objective);
}

function estimateNote({ model, task }: ReadyRun): readonly string[] {
  return scoringMode(task.objective) === "likelihood" &&
    canScore(model) &&
    model.capabilities.stepwise?.isEstimate === true
    ? [
        "losses are estimates: what the server does not list counts with a bound, so that they may be too low; tokens of prompts are counted in characters",
      ]
    : [];
}

/** Engine threads wait for one another: beside other work each iteration takes several times as long. */
function busyNote({ model }: ReadyRun): readonly string[] {
  const [load = 0] = loadavg();
  const { name, engine } = model.identity;
  const isUnaffected = !canScore(model) || isEndpointAddress(name) || engine.includes("threads 1,");
  return load < 1.5 * cpus().length || isUnaffected
    ? []
    : [`the machine is busy (load ${load.toFixed(1)}): --threads 1 may be several times faster`];
}

/** Small models gain most from other layouts, which a prompt that says where its input stands has none of. */
function layoutNote({ start, search }: ReadyRun["task"]): readonly string[] {
  return search.layout && start.layout.kind === "template"
    ? [
        "the prompt's {{variables}} say where the input stands: layouts are not searched; leave the variables out to have them tried",
      ]
    : [];
}

const FEW_EXAMPLES = 15;

/** Which parts got fewer examples than they may have: every part gets its share of small files. */
function smallPartsNote({ asked, task: { data } }: ReadyRun): readonly string[] {
  const parts = [
    { name: "training", has: data.train.length, most: asked.train },
    { name: "demonstration", has: data.demonstrations.length, most: asked.demonstrations },
    { name: "validation", has: data.validation.length, most: asked.validation },
  ].filter(({ has, most }) => has < most);
  if (parts.length === 0) return [];
  const shares = parts.map(({ name, has, most }) => `${has} of up to ${most} ${name}`);
  return [`the data are few, and every part gets its share: ${shares.join(", ")} examples`];
}

function fewExamplesNote(train: number, test: number): readonly string[] {
  if (train >= FEW_EXAMPLES && test >= FEW_EXAMPLES) return [];
  return [
    `that is little: below ${FEW_EXAMPLES} of either, the search fits the examples and the verdict can show large differences only`,
  ];
}

const SHOWN_CONTRADICTIONS = 3;

function contradictionNote(groups: ReadyRun["contradictions"]): readonly string[] {
  if (groups.length === 0) return [];
  const shown = groups.slice(0, SHOWN_CONTRADICTIONS).map(contradictionText);
  const rest = groups.length > shown.length ? `, and ${groups.length - shown.length} more` : "";
  return [`equal inputs with different answers: examples ${shown.join("; ")}${rest}`];
}

function eventLines(
  event: RunEvent,
  state: RunState,
  width: number,
  paint: CliContext["paint"],
): readonly string[] {
  switch (event.type) {
    case "candidate-scored":
      return event.iteration === 0
        ? [
            `start   ${scoreText(candidateOf(state, event.candidateId).summary)}  ${quoted(event, width - 60)}`,
            ...nothingLeft(state),
          ]
        : [];
    case "iteration-ended": {
      const label = `iteration ${String(event.iteration).padStart(2)}`;
      if (event.acceptedId === null) {
        return [paint("dim", `${label}  keep    ${scoreText(incumbentOf(state).summary)}`)];
      }
      const accepted = candidateOf(state, event.acceptedId);
      const before = state.lossHistory.at(-2) ?? event.loss;
      const { layout, demonstrations } = accepted.candidate;
      const { change, name, unit } = lossUnit(modeOf(state));
      const gain = `${change(event.loss - before)}${name === "loss" ? "" : ` ${unit}`}`;
      const shape = `${layoutName(layout)}, demonstrations: ${demonstrations.length}`;
      return [
        `${label}  ${paint("green", "accept")}  ${scoreText(accepted.summary)}, ${gain} by ${accepted.operator}: ${shape}`,
      ];
    }
    case "search-ended":
      return [`search ended (${event.reason}); answering the test examples …`];
    case "run-started":
    case "objective-prepared":
    case "candidate-dropped":
    case "parts-analysed":
    case "proposals-made":
    case "candidate-refused":
    case "candidate-validated":
    case "verdict-reached":
      return [];
  }
}

function quoted(event: CandidateScored, width: number): string {
  return `"${clipped(event.candidate.instruction, width)}"`;
}

/** `seconds` and the rate are this session's: the run may have gone on from an earlier one. */
function statusLine(
  state: RunState,
  seconds: number,
  { settings, state: before, secondsBefore }: ReadyRun,
): string {
  const inIteration = candidatesIn(state, state.iterations + 1);
  const evaluated = state.usage.evaluatedTokens - before.usage.evaluatedTokens;
  return [
    `iteration ${state.iterations + 1}`,
    counted(inIteration, "candidate"),
    `${scoreText(incumbentOf(state).summary)} ${sparkline(state.lossHistory)}`,
    `${grouped(evaluated / seconds)} tokens/s`,
    timeLeft(state, secondsBefore + seconds, settings) ??
      `${duration(secondsBefore + seconds)} so far`,
  ].join(" · ");
}
