import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { expect, test } from "vitest";

const PURE = ["core", "statistics"];
const MEANING = ["scoring", "objectives", "analysis", "evaluation"];
const SEARCH = ["optimizer", "proposers"];

/** Which folder of src/ may import which others. A folder without a row fails the test. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  statistics: [],
  objectives: PURE,
  scoring: [...PURE, "objectives"],
  analysis: [...PURE, "objectives", "scoring"],
  evaluation: [...PURE, "objectives", "scoring", "analysis"],
  optimizer: [...PURE, ...MEANING],
  proposers: [...PURE, ...MEANING, "optimizer"],
  backends: ["core"],
  models: ["core"],
  store: ["core"],
  datasets: ["core"],
  config: ["core"],
  report: [...PURE, "analysis", "scoring"],
  ui: [...PURE, "report", "store", "project"],
  // Built into files of its own; the command line reaches it by those alone.
  web: ["core", "report"],
  serving: ["core"],
  testing: [...PURE, ...MEANING, ...SEARCH, "backends", "models", "store", "datasets", "config"],
  project: [
    ...PURE,
    ...MEANING,
    ...SEARCH,
    "backends",
    "serving",
    "models",
    "store",
    "datasets",
    "config",
  ],
  cli: [
    ...PURE,
    ...MEANING,
    ...SEARCH,
    "backends",
    "models",
    "store",
    "datasets",
    "config",
    "project",
    "report",
    "ui",
  ],
  ".": [
    ...PURE,
    ...MEANING,
    ...SEARCH,
    "backends",
    "models",
    "store",
    "datasets",
    "config",
    "project",
    "report",
  ],
};

/** Packages and node modules that the pure core may use: no clock, disk or network. */
const CORE_MAY_IMPORT = /^(pure-rand\/|leven$)/;

const folderOf = (path: string): string =>
  path.includes("/") ? path.slice(0, path.indexOf("/")) : ".";

const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((file) => file.split(sep).join("/"))
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file));

/** Every import in src/ as [importing file, imported specifier]. */
const specifiers = sources.flatMap((file) => {
  const source = readFileSync(join("src", file), "utf8");
  return [...source.matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)].map(
    ([, specifier = ""]) => [file, specifier] as const,
  );
});

/** The relative ones as [importing file, imported file], both relative to src/. */
const imports = specifiers
  .filter(([, specifier]) => specifier.startsWith("."))
  .map(([file, specifier]) => {
    const imported = relative("src", join("src", dirname(file), specifier));
    return [file, imported.split(sep).join("/")] as const;
  });

test("the scan sees imports at all", () => {
  expect(imports.length).toBeGreaterThan(10);
});

test("every folder of src/ has a row in the table", () => {
  const folders = new Set(imports.flat().map(folderOf));
  expect([...folders].filter((folder) => !(folder in ALLOWED))).toEqual([]);
});

test.each(Object.keys(ALLOWED))("src/%s imports only what it may", (folder) => {
  const violations = imports.filter(
    ([file, imported]) =>
      folderOf(file) === folder &&
      folderOf(imported) !== folder &&
      !ALLOWED[folder]?.includes(folderOf(imported)),
  );
  expect(violations).toEqual([]);
});

test("core and statistics use no clock, disk, network or randomness of their own", () => {
  const impure = specifiers.filter(
    ([file, specifier]) =>
      PURE.includes(folderOf(file)) &&
      !specifier.startsWith(".") &&
      !CORE_MAY_IMPORT.test(specifier),
  );
  expect(impure).toEqual([]);
  const pure = sources.filter((file) => PURE.includes(folderOf(file)));
  const clocks = pure.filter((file) =>
    /Math\.random|Date\.now|new Date|performance\.|process\./.test(
      readFileSync(join("src", file), "utf8"),
    ),
  );
  expect(clocks).toEqual([]);
});

test("only cli/ prints, reads process or exits", () => {
  const loud = sources.filter((file) => {
    const source = readFileSync(join("src", file), "utf8");
    return (
      folderOf(file) !== "cli" && /\bconsole\.|process\.(exit|stdout|stderr|argv)/.test(source)
    );
  });
  expect(loud).toEqual([]);
});

test("the packages of services are loaded only when a model of theirs is opened", () => {
  const atStart = sources.filter((file) =>
    /^import (?!type )[^;]*from "@ai-sdk\//m.test(readFileSync(join("src", file), "utf8")),
  );
  expect(atStart).toEqual([]);
  expect(specifiers.some(([, specifier]) => specifier === "@ai-sdk/anthropic")).toBe(true);
});
