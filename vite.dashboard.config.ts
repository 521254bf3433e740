import { defineConfig } from "vite";

/** What is built, by the name of the file it becomes. */
const INPUTS: Readonly<Record<string, string>> = {
  page: "src/web/start.tsx",
  "render-page": "src/web/render-page.tsx",
  app: "src/web/app/start.tsx",
  "feed-worker": "src/web/app/feed-worker.ts",
};

/** Where the licences of what a build holds are written; those of the others are among them. */
const LICENSES: Readonly<Record<string, string>> = {
  page: "licenses.md",
  app: "app-licenses.md",
};

// The report's script and style, with --ssr the function that writes the page around them, and with
// --mode app and --mode feed-worker the pages of `pmpo ui` and their thread.
export default defineConfig(({ isSsrBuild, mode }) => {
  const name = isSsrBuild === true ? "render-page" : mode in INPUTS ? mode : "page";
  return {
    logLevel: "warn",
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      target: "es2022",
      outDir: "dist/dashboard",
      emptyOutDir: name === "page",
      // Fonts travel inside the style: a report has no files beside it.
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      cssCodeSplit: false,
      license: LICENSES[name] === undefined ? false : { fileName: LICENSES[name] },
      reportCompressedSize: false,
      rolldownOptions: {
        input: INPUTS[name],
        output: { entryFileNames: `${name}.js`, assetFileNames: `${name}[extname]` },
      },
    },
  };
});
