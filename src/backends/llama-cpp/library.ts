import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import koffi, { type LibraryHandle } from "koffi";
import { messageOf, modelError } from "../../core/errors.ts";
// The import also declares the struct names that the prototypes below use.
import { checkDefaults, type NativeStruct } from "./layouts.ts";

/** An address in the library's memory. */
export type Pointer = bigint | null;

/** The functions of libllama that pmpo calls; names and arguments are llama.h's. */
export interface Library {
  /** Package and version, for the model identity. */
  readonly version: string;
  readonly folder: string;
  readonly gpuDevices: readonly string[];
  /** Runs work and answers its result with what the library logged as errors meanwhile. */
  withErrors<T>(work: () => T): { readonly result: T; readonly errors: string };
  /** The processor's instruction sets, such as "AVX2 = 1 | AMX_INT8 = 1". */
  systemInfo(): string;
  modelDefaultParams(): NativeStruct;
  contextDefaultParams(): NativeStruct;
  quantizeDefaultParams(): NativeStruct;
  modelLoad(path: string, params: NativeStruct): Pointer;
  modelFree(model: Pointer): void;
  contextInit(model: Pointer, params: NativeStruct): Pointer;
  contextFree(context: Pointer): void;
  setThreads(context: Pointer, threads: number, batchThreads: number): void;
  contextSize(context: Pointer): number;
  modelVocab(model: Pointer): Pointer;
  modelTrainedContext(model: Pointer): number;
  modelSlidingWindow(model: Pointer): number;
  modelIsRecurrent(model: Pointer): boolean;
  modelIsHybrid(model: Pointer): boolean;
  modelHasEncoder(model: Pointer): boolean;
  modelParameters(model: Pointer): number | bigint;
  modelDescription(model: Pointer, buffer: Uint8Array, size: number): number;
  modelChatTemplate(model: Pointer, name: string | null): string | null;
  vocabSize(vocab: Pointer): number;
  vocabText(vocab: Pointer, token: number): string;
  vocabAttributes(vocab: Pointer, token: number): number;
  vocabIsEndOfGeneration(vocab: Pointer, token: number): boolean;
  vocabBos(vocab: Pointer): number;
  vocabEos(vocab: Pointer): number;
  vocabEot(vocab: Pointer): number;
  vocabAddsBos(vocab: Pointer): boolean;
  tokenize(
    vocab: Pointer,
    text: Uint8Array,
    length: number,
    tokens: Int32Array,
    capacity: number,
    addSpecial: boolean,
    parseSpecial: boolean,
  ): number;
  tokenToPiece(
    vocab: Pointer,
    token: number,
    buffer: Uint8Array,
    length: number,
    skipSpaces: number,
    special: boolean,
  ): number;
  batchInit(tokens: number, embedding: number, sequences: number): NativeStruct;
  batchFree(batch: NativeStruct): void;
  decode(context: Pointer, batch: NativeStruct): number;
  logits(context: Pointer): Pointer;
  memory(context: Pointer): Pointer;
  memoryClear(memory: Pointer, data: boolean): void;
  sequenceCopy(memory: Pointer, from: number, to: number, start: number, end: number): void;
  sequenceRemove(memory: Pointer, sequence: number, start: number, end: number): boolean;
  sequenceStateSize(context: Pointer, sequence: number): number | bigint;
  sequenceState(
    context: Pointer,
    state: Uint8Array,
    size: number,
    sequence: number,
  ): number | bigint;
  setSequenceState(
    context: Pointer,
    state: Uint8Array,
    size: number,
    sequence: number,
  ): number | bigint;
  quantize(source: string, target: string, params: NativeStruct): number;
}

/** Which prebuilt packages fit this machine, best first. */
function packageCandidates(gpu: "auto" | "off"): readonly string[] {
  const machine = `${process.platform}-${process.arch}`;
  const cpu: Readonly<Record<string, string>> = {
    "linux-x64": "linux-x64",
    "linux-arm64": "linux-arm64",
    "darwin-arm64": "mac-arm64-metal",
    "darwin-x64": "mac-x64",
    "win32-x64": "win-x64",
    "win32-arm64": "win-arm64",
  };
  const plain = cpu[machine];
  if (plain === undefined) return [];
  const withGpu = gpu === "auto" ? [`${plain}-cuda`, `${plain}-vulkan`] : [];
  return [...withGpu, plain].map((name) => `@node-llama-cpp/${name}`);
}

interface LibraryFolder {
  readonly folder: string;
  readonly version: string;
}

function findFolder(gpu: "auto" | "off"): LibraryFolder {
  const require = createRequire(import.meta.url);
  const candidates = packageCandidates(gpu);
  for (const name of candidates) {
    const manifest = findManifest(require, name);
    if (manifest === null) continue;
    const bins = join(dirname(manifest), "bins");
    const [build] = existsSync(bins) ? readdirSync(bins) : [];
    const { version } = require(manifest) as { readonly version: string };
    if (build !== undefined) return { folder: join(bins, build), version: `${name} ${version}` };
  }
  throw modelError(
    "ENGINE_LIBRARY_MISSING",
    `No llama.cpp library for ${process.platform}-${process.arch} is installed`,
    {
      hint:
        candidates.length === 0
          ? "The embedded engine runs on Linux, macOS and Windows, x64 and arm64."
          : `Install it with \`npm install ${candidates.at(-1) ?? ""}@3.21.1\`, and do not omit optional dependencies.`,
    },
  );
}

/** The package's manifest, found where Node would look; these packages do not export it. */
function findManifest(require: NodeJS.Require, name: string): string | null {
  const folders = require.resolve.paths(name) ?? [];
  return folders.map((folder) => join(folder, name, "package.json")).find(existsSync) ?? null;
}

function libraryFile(folder: string, name: "ggml-base" | "ggml" | "llama"): string {
  // The file name carries a version on some platforms: libllama.v0.4.0.so.
  const pattern = new RegExp(`^(lib)?${name}(\\.v[0-9.]+)?\\.(so|dylib|dll)$`);
  const file = readdirSync(folder).find((candidate) => pattern.test(candidate));
  if (file === undefined) {
    throw modelError("ENGINE_LIBRARY_MISSING", `${folder} holds no ${name} library`, {
      hint: "Reinstall the package with `npm ci`.",
    });
  }
  return join(folder, file);
}

const loadedLibraries = new Map<string, Library>();

/** Loads libllama into this thread, once, and checks that its structs are the expected ones. */
export function loadLibrary(gpu: "auto" | "off"): Library {
  const { folder, version } = findFolder(gpu);
  const library = loadedLibraries.get(folder) ?? open(folder, version);
  loadedLibraries.set(folder, library);
  return library;
}

function open(folder: string, version: string): Library {
  try {
    koffi.load(libraryFile(folder, "ggml-base"), { global: true });
    const ggml = koffi.load(libraryFile(folder, "ggml"), { global: true });
    const llama = koffi.load(libraryFile(folder, "llama"), { global: true });
    const log = createLog(llama);
    log.silence();
    ggml.func("void ggml_backend_load_all_from_path(const char*)")(folder);
    const library = bind(llama, {
      version,
      folder,
      gpuDevices: gpuDevices(ggml),
      withErrors: log.withErrors,
    });
    checkDefaults("llama_model_params", library.modelDefaultParams());
    checkDefaults("llama_context_params", library.contextDefaultParams());
    checkDefaults("llama_model_quantize_params", library.quantizeDefaultParams());
    return library;
  } catch (error) {
    if (error instanceof Error && error.name === "PmpoError") throw error;
    throw modelError(
      "ENGINE_LIBRARY_BROKEN",
      `The llama.cpp library in ${folder} cannot be loaded: ${messageOf(error)}`,
      { cause: error, hint: "Reinstall the package with `npm ci`." },
    );
  }
}

const LOG_ERROR = 4;

interface Log {
  silence(): void;
  readonly withErrors: Library["withErrors"];
}

/**
 * The library's log is one for the whole process. It is listened to only while a file is opened,
 * so that no other thread's work ever calls into this one.
 */
function createLog(llama: LibraryHandle): Log {
  const setLog = llama.func("void llama_log_set(void*, void*)");
  // A native function that does nothing with its arguments: silence without a call into JavaScript.
  const nothing: Pointer = llama.symbol("llama_time_us");
  const listener = koffi.pointer(koffi.proto("void pmpo_log(int32 level, str text, void *data)"));
  const silence = (): void => setLog(nothing, null);
  return {
    silence,
    withErrors: (work) => {
      const lines: string[] = [];
      const callback = koffi.register((level: number, text: string) => {
        if (level === LOG_ERROR) lines.push(text.trim());
      }, listener);
      setLog(callback, null);
      try {
        return { result: work(), errors: lines.join(" | ") };
      } finally {
        silence();
        koffi.unregister(callback);
      }
    },
  };
}

const DEVICE_TYPE_GPU = 1;
const DEVICE_TYPE_INTEGRATED_GPU = 2;

function gpuDevices(ggml: LibraryHandle): readonly string[] {
  const count = ggml.func("size_t ggml_backend_dev_count()") as () => number;
  const get = ggml.func("void* ggml_backend_dev_get(size_t)") as (index: number) => Pointer;
  const type = ggml.func("int32 ggml_backend_dev_type(void*)") as (device: Pointer) => number;
  const name = ggml.func("const char* ggml_backend_dev_name(void*)") as (device: Pointer) => string;
  return Array.from({ length: count() }, (_, index) => get(index))
    .filter((device) => [DEVICE_TYPE_GPU, DEVICE_TYPE_INTEGRATED_GPU].includes(type(device)))
    .map((device) => name(device));
}

function bind(
  llama: LibraryHandle,
  facts: Pick<Library, "version" | "folder" | "gpuDevices" | "withErrors">,
): Library {
  const prototype = <T>(declaration: string): T => llama.func(declaration) as unknown as T;
  return {
    ...facts,
    modelDefaultParams: prototype("llama_model_params llama_model_default_params()"),
    contextDefaultParams: prototype("llama_context_params llama_context_default_params()"),
    quantizeDefaultParams: prototype(
      "llama_model_quantize_params llama_model_quantize_default_params()",
    ),
    modelLoad: prototype("void* llama_model_load_from_file(const char*, llama_model_params)"),
    modelFree: prototype("void llama_model_free(void*)"),
    contextInit: prototype("void* llama_init_from_model(void*, llama_context_params)"),
    contextFree: prototype("void llama_free(void*)"),
    setThreads: prototype("void llama_set_n_threads(void*, int32, int32)"),
    contextSize: prototype("uint32 llama_n_ctx(void*)"),
    modelVocab: prototype("void* llama_model_get_vocab(void*)"),
    modelTrainedContext: prototype("int32 llama_model_n_ctx_train(void*)"),
    modelSlidingWindow: prototype("int32 llama_model_n_swa(void*)"),
    modelIsRecurrent: prototype("bool llama_model_is_recurrent(void*)"),
    modelIsHybrid: prototype("bool llama_model_is_hybrid(void*)"),
    modelHasEncoder: prototype("bool llama_model_has_encoder(void*)"),
    modelParameters: prototype("uint64 llama_model_n_params(void*)"),
    modelDescription: prototype("int32 llama_model_desc(void*, _Out_ uint8*, size_t)"),
    modelChatTemplate: prototype("const char* llama_model_chat_template(void*, const char*)"),
    vocabSize: prototype("int32 llama_vocab_n_tokens(void*)"),
    vocabText: prototype("const char* llama_vocab_get_text(void*, int32)"),
    vocabAttributes: prototype("int32 llama_vocab_get_attr(void*, int32)"),
    vocabIsEndOfGeneration: prototype("bool llama_vocab_is_eog(void*, int32)"),
    vocabBos: prototype("int32 llama_vocab_bos(void*)"),
    vocabEos: prototype("int32 llama_vocab_eos(void*)"),
    vocabEot: prototype("int32 llama_vocab_eot(void*)"),
    vocabAddsBos: prototype("bool llama_vocab_get_add_bos(void*)"),
    systemInfo: prototype("const char* llama_print_system_info()"),
    tokenize: prototype(
      "int32 llama_tokenize(void*, const uint8*, int32, _Out_ int32*, int32, bool, bool)",
    ),
    tokenToPiece: prototype(
      "int32 llama_token_to_piece(void*, int32, _Out_ uint8*, int32, int32, bool)",
    ),
    batchInit: prototype("llama_batch llama_batch_init(int32, int32, int32)"),
    batchFree: prototype("void llama_batch_free(llama_batch)"),
    decode: prototype("int32 llama_decode(void*, llama_batch)"),
    logits: prototype("void* llama_get_logits(void*)"),
    memory: prototype("void* llama_get_memory(void*)"),
    memoryClear: prototype("void llama_memory_clear(void*, bool)"),
    sequenceCopy: prototype("void llama_memory_seq_cp(void*, int32, int32, int32, int32)"),
    sequenceRemove: prototype("bool llama_memory_seq_rm(void*, int32, int32, int32)"),
    sequenceStateSize: prototype("size_t llama_state_seq_get_size(void*, int32)"),
    sequenceState: prototype("size_t llama_state_seq_get_data(void*, _Out_ uint8*, size_t, int32)"),
    setSequenceState: prototype(
      "size_t llama_state_seq_set_data(void*, const uint8*, size_t, int32)",
    ),
    quantize: prototype(
      "uint32 llama_model_quantize(const char*, const char*, const llama_model_quantize_params*)",
    ),
  };
}
