import "./styles/index.css";
import { hydrate } from "preact";
import type { RunReport } from "../report/run-report.ts";
import { DATA_ID, ROOT_ID } from "./ids.ts";
import { Page } from "./page.tsx";

const root = document.getElementById(ROOT_ID);
const data = document.getElementById(DATA_ID)?.textContent;
if (root !== null && data !== undefined && data !== null) {
  document.documentElement.classList.add("live");
  hydrate(<Page report={JSON.parse(data) as RunReport} />, root);
}
