import type { ServerParts } from "./app.ts";

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%2300588f'/%3E%3Cpath d='M6 10l8 6 6 2 6 5' fill='none' stroke='white' stroke-width='3' stroke-linecap='round'/%3E%3C/svg%3E";

/** Every page is this one: its script looks at the address and asks for what belongs there. */
const SHELL = [
  "<!doctype html>",
  '<html lang="en">',
  "<head>",
  '<meta charset="utf-8">',
  '<meta name="viewport" content="width=device-width, initial-scale=1">',
  '<meta name="color-scheme" content="light dark">',
  "<title>pmpo</title>",
  `<link rel="icon" href="${ICON}">`,
  '<link rel="stylesheet" href="/app.css">',
  "</head>",
  "<body>",
  '<div id="app"><main><noscript><p>This page needs JavaScript; pmpo report writes one that does not.</p></noscript></main></div>',
  '<script type="module" src="/app.js"></script>',
  "</body>",
  "</html>",
  "",
].join("\n");

/** The files of the front-end, of which the built ones are read by name. */
export function frontEnd(readBuilt: (name: string) => string): ServerParts["files"] {
  const page = { type: "text/html; charset=utf-8", text: SHELL };
  return {
    "/": page,
    "/runs/:id": page,
    "/compare": page,
    "/app.js": { type: "text/javascript; charset=utf-8", text: readBuilt("app.js") },
    "/feed-worker.js": {
      type: "text/javascript; charset=utf-8",
      text: readBuilt("feed-worker.js"),
    },
    "/app.css": { type: "text/css; charset=utf-8", text: readBuilt("app.css") },
  };
}
