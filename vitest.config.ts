import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 600_000,
    // The engine keeps every core busy; two files at once would only slow each other down.
    fileParallelism: false,
    projects: [
      {
        extends: true,
        test: {
          name: "main",
          include: ["src/**/*.test.ts", "test/**/*.test.ts"],
          exclude: ["test/data/**", "test/browser/**", "test/live/**"],
        },
      },
      { extends: true, test: { name: "browser", include: ["test/browser/**/*.test.ts"] } },
      { extends: true, test: { name: "data", include: ["test/data/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "live",
          include: ["test/live/**/*.test.ts"],
          globalSetup: ["test/live/setup.ts"],
          // A server of a large framework takes minutes to start.
          testTimeout: 900_000,
        },
      },
    ],
  },
});
