/** The names of ready-made settings. */
export const PRESETS = ["fast", "paper"] as const;

export type Preset = (typeof PRESETS)[number];

type Settings = Readonly<Record<string, unknown>>;

/**
 * Settings that a preset gives, as they would stand in a task file. `fast` is the default of every
 * setting; `paper` is the published algorithm: rewrites of the instruction alone, every candidate
 * scored on all training examples. Its objective depends on the data: `publishedObjective`.
 */
const SETTINGS: Readonly<Record<Preset, Settings>> = {
  fast: {},
  paper: {
    search: { instruction: true, layout: false, demonstrations: 0 },
    optimizer: {
      maxIterations: 20,
      hardCases: 3,
      rewritesPerHardCase: 4,
      maxParts: 5,
      racing: false,
      edits: false,
    },
  },
};

/** The written settings with the preset's under them: what is written wins. */
export function withPreset(written: unknown, preset: Preset | undefined): unknown {
  if (!isSettings(written)) return written;
  const name = PRESETS.find((known) => known === (preset ?? written["preset"]));
  return name === undefined ? written : merged(SETTINGS[name], written);
}

function merged(under: Settings, over: Settings): Settings {
  const entries = Object.entries(over).map(([key, value]) => {
    const below = under[key];
    return [key, isSettings(below) && isSettings(value) ? merged(below, value) : value];
  });
  return { ...under, ...(Object.fromEntries(entries) as Settings) };
}

function isSettings(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
