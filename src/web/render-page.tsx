import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { renderToString } from "preact-render-to-string";
import type { RunComparison } from "../report/compare-runs.ts";
import type { RunReport } from "../report/run-report.ts";
import { DATA_ID, ROOT_ID } from "./ids.ts";
import { type PageData, type PageKind, pageOf } from "./page-kinds.tsx";

/** The report as one HTML document that needs no other file and no network. */
export function renderReport(report: RunReport): string {
  return renderDocument("run", report, `${report.summary.taskName} · ${report.summary.id} · pmpo`);
}

/** Two runs beside each other, likewise. */
export function renderComparison(comparison: RunComparison): string {
  return renderDocument("comparison", comparison, "Two runs · pmpo");
}

function renderDocument<K extends PageKind>(kind: K, data: PageData[K], title: string): string {
  const script = asset("page.js");
  const style = asset("page.css");
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "font-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    renderToString(<title>{title}</title>),
    `<style>${style}</style>`,
    "</head>",
    "<body>",
    `<div id="${ROOT_ID}" data-kind="${kind}">${renderToString(pageOf(kind, data))}</div>`,
    `<script type="application/json" id="${DATA_ID}">${scriptSafe(JSON.stringify(data))}</script>`,
    `<script type="module">${script}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** JSON in which no text can end the script element or open a comment in it. */
export function scriptSafe(json: string): string {
  return json.replaceAll("<", String.raw`\u003c`);
}

/** What the build put beside this file. */
function asset(name: string): string {
  const text = readFileSync(new URL(name, import.meta.url), "utf8").trim();
  if (/<\/(script|style)|<!--/i.test(text)) throw new RangeError(`${name} would end its element`);
  return text;
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
