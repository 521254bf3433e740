import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { createRandom } from "pmpo";

/** Mistral 7B but for its vocabulary, which is that of the file whose tokenizer it takes. */
export const SEVEN_BILLION = {
  layers: 32,
  width: 4096,
  feedForward: 14_336,
  heads: 32,
  sharedHeads: 8,
  contextTokens: 32_768,
};

const ALIGNMENT_BYTES = 32;
const F32 = { type: 0, bytesOf: (numbers) => numbers * 4 };
/** Blocks of 32 numbers of 4 bits with a scale of 16. */
const Q4_0 = { type: 2, bytesOf: (numbers) => (numbers / 32) * 18 };
const SCALAR_BYTES = [1, 1, 2, 2, 4, 4, 4, 1, null, null, 8, 8, 8];
const [STRING, ARRAY, U32, FLOAT] = [8, 9, 4, 6];

const u32 = (value) => Buffer.from(Uint32Array.of(value).buffer);
const u64 = (value) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
const float = (value) => Buffer.from(Float32Array.of(value).buffer);
const string = (text) => Buffer.concat([u64(Buffer.byteLength(text)), Buffer.from(text)]);

/**
 * Writes a model of a shape whose weights are drawn, in Q4_0, with the tokenizer of another GGUF
 * file: as large and as slow as a trained one, and as good as none.
 */
export function writeModelOfShape(path, tokenizerPath, shape) {
  const tokenizer = entriesOf(headOf(tokenizerPath)).filter(({ key }) =>
    key.startsWith("tokenizer."),
  );
  const tensors = tensorsOf(shape, vocabularySize(tokenizer));
  const entries = [...architecture(shape), ...tokenizer];
  const header = Buffer.concat([
    Buffer.from("GGUF"),
    u32(3),
    u64(tensors.length),
    u64(entries.length),
    ...entries.flatMap(({ key, value }) => [string(key), value]),
    ...announced(tensors),
  ]);
  const file = openSync(path, "w");
  try {
    writeSync(file, padded(header));
    const random = createRandom(0, "weights");
    for (const tensor of tensors) writeTensor(file, tensor, random);
  } finally {
    closeSync(file);
  }
}

/** More than any tokenizer takes; the weights behind it would count as memory of who measures it. */
const HEAD_BYTES = 16 * 2 ** 20;

function headOf(path) {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, readSync(file, head));
  } finally {
    closeSync(file);
  }
}

function architecture(shape) {
  const text = (key, value) => ({ key, value: Buffer.concat([u32(STRING), string(value)]) });
  const count = (key, value) => ({ key, value: Buffer.concat([u32(U32), u32(value)]) });
  const number = (key, value) => ({ key, value: Buffer.concat([u32(FLOAT), float(value)]) });
  return [
    text("general.architecture", "llama"),
    text("general.name", "drawn"),
    count("general.file_type", Q4_0.type),
    count("llama.block_count", shape.layers),
    count("llama.context_length", shape.contextTokens),
    count("llama.embedding_length", shape.width),
    count("llama.feed_forward_length", shape.feedForward),
    count("llama.attention.head_count", shape.heads),
    count("llama.attention.head_count_kv", shape.sharedHeads),
    count("llama.rope.dimension_count", shape.width / shape.heads),
    number("llama.attention.layer_norm_rms_epsilon", 1e-5),
    number("llama.rope.freq_base", 10_000),
  ];
}

function tensorsOf({ layers, width, feedForward, heads, sharedHeads }, vocabulary) {
  const shared = (width / heads) * sharedHeads;
  const matrix = (name, from, to) => ({ name: `${name}.weight`, sizes: [from, to], format: Q4_0 });
  const norm = (name) => ({ name: `${name}.weight`, sizes: [width], format: F32 });
  const layer = (index) => {
    const at = `blk.${index}`;
    return [
      norm(`${at}.attn_norm`),
      matrix(`${at}.attn_q`, width, width),
      matrix(`${at}.attn_k`, width, shared),
      matrix(`${at}.attn_v`, width, shared),
      matrix(`${at}.attn_output`, width, width),
      norm(`${at}.ffn_norm`),
      matrix(`${at}.ffn_gate`, width, feedForward),
      matrix(`${at}.ffn_up`, width, feedForward),
      matrix(`${at}.ffn_down`, feedForward, width),
    ];
  };
  return [
    matrix("token_embd", width, vocabulary),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    norm("output_norm"),
    matrix("output", width, vocabulary),
  ];
}

const bytesOf = ({ sizes, format }) => format.bytesOf(sizes.reduce((a, b) => a * b));
const padding = (bytes) => (ALIGNMENT_BYTES - (bytes % ALIGNMENT_BYTES)) % ALIGNMENT_BYTES;
const padded = (buffer) => Buffer.concat([buffer, Buffer.alloc(padding(buffer.length))]);

/** Name, sizes, format and place of each. */
function announced(tensors) {
  let offset = 0;
  return tensors.flatMap((tensor) => {
    const place = offset;
    const bytes = bytesOf(tensor);
    offset += bytes + padding(bytes);
    const { name, sizes, format } = tensor;
    return [string(name), u32(sizes.length), ...sizes.map(u64), u32(format.type), u64(place)];
  });
}

function writeTensor(file, tensor, random) {
  const bytes = bytesOf(tensor);
  const row = tensor.format === F32 ? ones(bytes) : drawnBlocks(tensor.sizes[0], random);
  // Rows may be alike: what they are does not matter, that they are read does.
  for (let written = 0; written < bytes; written += row.length) writeSync(file, row);
  writeSync(file, Buffer.alloc(padding(bytes)));
}

function ones(bytes) {
  return Buffer.from(new Float32Array(bytes / 4).fill(1).buffer);
}

/** Small numbers around 0. */
function drawnBlocks(numbers, random) {
  const row = Buffer.alloc(Q4_0.bytesOf(numbers));
  for (let place = 0; place < row.length; place++) row[place] = Math.floor(random.float() * 256);
  // A scale of 2^-8: 0x1c00 as a float of 16 bits.
  for (let block = 0; block < row.length; block += 18) row.writeUInt16LE(0x1c_00, block);
  return row;
}

function vocabularySize(tokenizer) {
  const tokens = tokenizer.find(({ key }) => key === "tokenizer.ggml.tokens");
  // Behind the types of the array and of its elements.
  return Number(tokens.value.readBigUInt64LE(8));
}

/** The metadata of a GGUF file: each key with the bytes of its value, type included. */
function entriesOf(bytes) {
  let at = 16;
  const count = Number(bytes.readBigUInt64LE(at));
  at += 8;
  const readString = () => {
    const length = Number(bytes.readBigUInt64LE(at));
    at += 8 + length;
    return bytes.toString("utf8", at - length, at);
  };
  const skipValue = (type) => {
    if (type === STRING) readString();
    else if (type === ARRAY) {
      const elements = bytes.readUInt32LE(at);
      const length = Number(bytes.readBigUInt64LE(at + 4));
      at += 12;
      for (let index = 0; index < length; index++) skipValue(elements);
    } else at += SCALAR_BYTES[type];
  };
  return Array.from({ length: count }, () => {
    const key = readString();
    const begin = at;
    at += 4;
    skipValue(bytes.readUInt32LE(begin));
    return { key, value: bytes.subarray(begin, at) };
  });
}
