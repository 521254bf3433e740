import { createRandom, type Random } from "../../src/core/random.ts";

/** A number that is written in the given type; whole numbers without one are unsigned 32-bit. */
type Value = string | number | { readonly float: number } | Float32Array | Int32Array | string[];

interface Tensor {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly numbers: Float32Array;
}

const WIDTH = 32;
const HEADS = 2;
const HIDDEN = 64;
const BYTES = 256;
const VOCABULARY = BYTES + 3;
const STATE = 4;
const ALIGNMENT = 32;

/** A whole GGUF file of two layers with random weights whose vocabulary is the bytes. */
export function tinyModel(architecture: "gemma2" | "mamba", windowTokens = 16): Buffer {
  const random = createRandom(1, architecture);
  const shape = {
    [`${architecture}.context_length`]: 512,
    [`${architecture}.embedding_length`]: WIDTH,
    [`${architecture}.block_count`]: 2,
    [`${architecture}.attention.layer_norm_rms_epsilon`]: { float: 1e-5 },
  };
  const metadata: Record<string, Value> = {
    "general.architecture": architecture,
    ...shape,
    ...(architecture === "gemma2" ? slidingWindow(windowTokens) : recurrent()),
    ...vocabulary(),
  };
  const tensors = architecture === "gemma2" ? attentionTensors(random) : stateTensors(random);
  return ggufFile(metadata, [
    tensor(random, "token_embd.weight", [WIDTH, VOCABULARY]),
    tensor(random, "output_norm.weight", [WIDTH], 1),
    ...tensors,
  ]);
}

/** Attention looks back over so many tokens in every other layer. */
function slidingWindow(windowTokens: number): Record<string, Value> {
  return {
    "gemma2.attention.sliding_window": windowTokens,
    "gemma2.attention.head_count": HEADS,
    "gemma2.attention.head_count_kv": HEADS,
    "gemma2.attention.key_length": WIDTH / HEADS,
    "gemma2.attention.value_length": WIDTH / HEADS,
    "gemma2.feed_forward_length": HIDDEN,
  };
}

function recurrent(): Record<string, Value> {
  return {
    "mamba.feed_forward_length": 0,
    "mamba.attention.head_count": 0,
    "mamba.ssm.conv_kernel": 4,
    "mamba.ssm.inner_size": 2 * WIDTH,
    "mamba.ssm.state_size": STATE,
    "mamba.ssm.time_step_rank": 2,
  };
}

const TOKEN_TYPES = { unknown: 2, control: 3, byte: 6 };

function vocabulary(): Record<string, Value> {
  const bytes = Array.from(
    { length: BYTES },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
  );
  return {
    "tokenizer.ggml.model": "llama",
    "tokenizer.ggml.tokens": ["<unk>", "<s>", "</s>", ...bytes],
    "tokenizer.ggml.scores": new Float32Array(VOCABULARY),
    "tokenizer.ggml.token_type": Int32Array.from({ length: VOCABULARY }, (_, token) =>
      token === 0 ? TOKEN_TYPES.unknown : token < 3 ? TOKEN_TYPES.control : TOKEN_TYPES.byte,
    ),
    "tokenizer.ggml.bos_token_id": 1,
    "tokenizer.ggml.eos_token_id": 2,
  };
}

function tensor(
  random: Random,
  name: string,
  dimensions: readonly number[],
  middle = 0,
  spread = 0.5,
): Tensor {
  const length = dimensions.reduce((product, dimension) => product * dimension, 1);
  const numbers = Float32Array.from({ length }, () => middle + spread * (random.float() - 0.5));
  return { name, dimensions, numbers };
}

function attentionTensors(random: Random): readonly Tensor[] {
  return [0, 1].flatMap((layer) => [
    ...["attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"].map((name) =>
      tensor(random, `blk.${layer}.${name}.weight`, [WIDTH], 1),
    ),
    ...["attn_q", "attn_k", "attn_v", "attn_output"].map((name) =>
      tensor(random, `blk.${layer}.${name}.weight`, [WIDTH, WIDTH]),
    ),
    tensor(random, `blk.${layer}.ffn_gate.weight`, [WIDTH, HIDDEN]),
    tensor(random, `blk.${layer}.ffn_up.weight`, [WIDTH, HIDDEN]),
    tensor(random, `blk.${layer}.ffn_down.weight`, [HIDDEN, WIDTH]),
  ]);
}

function stateTensors(random: Random): readonly Tensor[] {
  const inner = 2 * WIDTH;
  return [0, 1].flatMap((layer) => [
    tensor(random, `blk.${layer}.attn_norm.weight`, [WIDTH], 1),
    tensor(random, `blk.${layer}.ssm_in.weight`, [WIDTH, 2 * inner]),
    tensor(random, `blk.${layer}.ssm_conv1d.weight`, [4, inner]),
    tensor(random, `blk.${layer}.ssm_conv1d.bias`, [inner]),
    tensor(random, `blk.${layer}.ssm_x.weight`, [inner, 2 + 2 * STATE]),
    tensor(random, `blk.${layer}.ssm_dt.weight`, [2, inner]),
    tensor(random, `blk.${layer}.ssm_dt.bias`, [inner]),
    // Negative, so that the state fades.
    tensor(random, `blk.${layer}.ssm_a`, [STATE, inner], -1),
    tensor(random, `blk.${layer}.ssm_d`, [inner], 1),
    tensor(random, `blk.${layer}.ssm_out.weight`, [inner, WIDTH]),
  ]);
}

const u32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);
const u64 = (value: number): Buffer => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
const bytesOf = ({ buffer, byteOffset, byteLength }: NodeJS.TypedArray): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
const text = (value: string): Buffer =>
  Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);

/** Type numbers of the GGUF format. */
const TYPES = { uint32: 4, int32: 5, float32: 6, string: 8, array: 9 };

function valueBytes(value: Value): Buffer {
  const array = (type: number, length: number, ...parts: readonly Buffer[]): Buffer =>
    Buffer.concat([u32(TYPES.array), u32(type), u64(length), ...parts]);
  if (typeof value === "string") return Buffer.concat([u32(TYPES.string), text(value)]);
  if (typeof value === "number") return Buffer.concat([u32(TYPES.uint32), u32(value)]);
  if (Array.isArray(value)) return array(TYPES.string, value.length, ...value.map(text));
  if (value instanceof Float32Array) return array(TYPES.float32, value.length, bytesOf(value));
  if (value instanceof Int32Array) return array(TYPES.int32, value.length, bytesOf(value));
  return Buffer.concat([u32(TYPES.float32), bytesOf(Float32Array.of(value.float))]);
}

function aligned(buffer: Buffer): Buffer {
  const padding = (ALIGNMENT - (buffer.length % ALIGNMENT)) % ALIGNMENT;
  return Buffer.concat([buffer, Buffer.alloc(padding)]);
}

function ggufFile(metadata: Readonly<Record<string, Value>>, tensors: readonly Tensor[]): Buffer {
  const entries = Object.entries(metadata);
  const data = tensors.map(({ numbers }) => aligned(bytesOf(numbers)));
  const infos = tensors.map(({ name, dimensions }, index) => {
    const offset = data.slice(0, index).reduce((sum, { length }) => sum + length, 0);
    const FLOAT32 = 0;
    return Buffer.concat([
      text(name),
      u32(dimensions.length),
      ...dimensions.map(u64),
      u32(FLOAT32),
      u64(offset),
    ]);
  });
  const head = Buffer.concat([
    Buffer.from("GGUF"),
    u32(3),
    u64(tensors.length),
    u64(entries.length),
    ...entries.map(([key, value]) => Buffer.concat([text(key), valueBytes(value)])),
    ...infos,
  ]);
  return Buffer.concat([aligned(head), ...data]);
}
