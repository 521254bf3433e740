import "./styles/index.css";
import { hydrate } from "preact";
import { DATA_ID, ROOT_ID } from "./ids.ts";
import { type PageData, type PageKind, pageOf } from "./page-kinds.tsx";

const root = document.getElementById(ROOT_ID);
const data = document.getElementById(DATA_ID)?.textContent;
if (root !== null && data !== undefined && data !== null) {
  document.documentElement.classList.add("live");
  // The page was written with both by `renderReport` or `renderComparison`.
  const kind = root.dataset["kind"] as PageKind;
  hydrate(pageOf(kind, JSON.parse(data) as PageData[typeof kind]), root);
}
