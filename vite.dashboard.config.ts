import { defineConfig } from "vite";

// The page's script and style, and with --ssr the function that writes the page around them.
export default defineConfig(({ isSsrBuild }) => ({
  logLevel: "warn",
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    target: "es2022",
    outDir: "dist/dashboard",
    emptyOutDir: isSsrBuild !== true,
    // Fonts travel inside the style: a report has no files beside it.
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    cssCodeSplit: false,
    license: isSsrBuild !== true && { fileName: "licenses.md" },
    reportCompressedSize: false,
    rolldownOptions: {
      input: isSsrBuild === true ? "src/web/render-page.tsx" : "src/web/start.tsx",
      output: {
        entryFileNames: isSsrBuild === true ? "render-page.js" : "page.js",
        assetFileNames: "page[extname]",
      },
    },
  },
}));
