import "../styles/index.css";
import "./app.css";
import { render } from "preact";
import { ComparePage } from "./compare-page.tsx";
import { RunList } from "./run-list.tsx";
import { RunPage } from "./run-page.tsx";

const root = document.getElementById("app");
if (root !== null) {
  document.documentElement.classList.add("live");
  const { pathname, search } = location;
  const asked = new URLSearchParams(search);
  if (asked.has("token")) {
    // The cookie holds it from now on: it need not stand in the history, or in a picture of the screen.
    asked.delete("token");
    history.replaceState(null, "", asked.size === 0 ? pathname : `${pathname}?${asked}`);
  }
  const [, runId] = /^\/runs\/([^/]+)$/.exec(pathname) ?? [];
  const page =
    runId !== undefined ? (
      <RunPage id={decodeURIComponent(runId)} />
    ) : pathname === "/compare" ? (
      <ComparePage first={asked.get("first") ?? ""} second={asked.get("second") ?? ""} />
    ) : (
      <RunList />
    );
  root.replaceChildren();
  render(page, root);
}
