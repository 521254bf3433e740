import { defineConfig } from "vite";

// The report's script and style, with --ssr the function that writes the page around them, and with
// --mode app the pages of `pmpo ui`.
export default defineConfig(({ isSsrBuild, mode }) => ({
  logLevel: "warn",
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    target: "es2022",
    outDir: "dist/dashboard",
    emptyOutDir: isSsrBuild !== true && mode !== "app",
    // Fonts travel inside the style: a report has no files beside it.
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    cssCodeSplit: false,
    license: isSsrBuild !== true && {
      fileName: mode === "app" ? "app-licenses.md" : "licenses.md",
    },
    reportCompressedSize: false,
    rolldownOptions: {
      input: inputOf(isSsrBuild, mode),
      output: {
        entryFileNames: `${nameOf(isSsrBuild, mode)}.js`,
        assetFileNames: `${nameOf(isSsrBuild, mode)}[extname]`,
      },
    },
  },
}));

function nameOf(isSsrBuild: boolean | undefined, mode: string): string {
  if (isSsrBuild === true) return "render-page";
  return mode === "app" ? "app" : "page";
}

function inputOf(isSsrBuild: boolean | undefined, mode: string): string {
  if (isSsrBuild === true) return "src/web/render-page.tsx";
  return mode === "app" ? "src/web/app/start.tsx" : "src/web/start.tsx";
}
