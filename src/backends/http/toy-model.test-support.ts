/** Begin and end of a turn; bytes follow them. */
const CONTROL_NAMES: readonly string[] = ["<|im_start|>", "<|im_end|>"];
const FIRST_BYTE = 10;

/** What the toy knows by heart. */
const CORPUS = [
  "The capital of France is Paris",
  "One, two, three, four, five, six",
  "Monday, Tuesday, Wednesday, Thursday",
  "a b c d e f a b c d e f",
  "The sun rises in the east",
].map((text) => [...Buffer.from(text)].map((byte) => byte + FIRST_BYTE));

/** Ids of a text, a byte each; control names become tokens, as at any server. */
export function toyTokens(text: string): number[] {
  return text.split(/(<\|im_start\|>|<\|im_end\|>)/).flatMap((piece) => {
    const control = CONTROL_NAMES.indexOf(piece);
    return control >= 0 ? [control + 1] : [...Buffer.from(piece)].map((byte) => byte + FIRST_BYTE);
  });
}

export function toyText(tokens: readonly number[]): string {
  return Buffer.concat(
    tokens.map((token) =>
      token < FIRST_BYTE
        ? Buffer.from(CONTROL_NAMES[token - 1] ?? "")
        : Buffer.from([token - FIRST_BYTE]),
    ),
  ).toString("utf8");
}

export function toyChat(
  messages: readonly { readonly role: string; readonly content: string }[],
  addGenerationPrompt: boolean,
): number[] {
  const turns = messages.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`);
  return toyTokens(turns.join("") + (addGenerationPrompt ? "<|im_start|>assistant\n" : ""));
}

const LIKELY = -0.1;
const SUFFIX = 4;

/** What came after the same four tokens before, in the context or in what is known by heart. */
function expected(context: readonly number[]): number | null {
  const suffix = context.slice(-SUFFIX);
  if (suffix.length < SUFFIX) return null;
  for (const text of [context, ...CORPUS]) {
    for (let end = text.length - 1; end >= SUFFIX; end--) {
      if (suffix.every((token, index) => text[end - SUFFIX + index] === token)) {
        return text[end] as number;
      }
    }
  }
  return null;
}

function hash(numbers: readonly number[]): number {
  return numbers.reduce(
    (sum, number) => (Math.imul(sum ^ number, 0x01000193) >>> 0) + 1,
    0x811c9dc5,
  );
}

/** Log-probability of a token behind others: the same for the same tokens, likely where it repeats. */
export function toyLogProb(context: readonly number[], token: number): number {
  return expected(context) === token
    ? LIKELY
    : -5 - (hash([...context.slice(-6), token]) % 1000) / 500;
}

/** How a server is asked to write. */
export interface ToyWriting {
  readonly max_tokens?: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
}

/** What a server writes behind a prompt, up to the first stop text. */
export function toyWriting(
  prompt: readonly number[],
  { max_tokens = 16, temperature = 1, seed = 0, stop = [] }: ToyWriting,
): {
  readonly text: string;
  readonly stoppedBy: string | null;
  readonly tokens: readonly number[];
} {
  const tokens = toyContinuation(prompt, {
    maxTokens: max_tokens,
    seed: temperature === 0 ? 0 : seed + 1,
  });
  const whole = toyText(tokens);
  const ends = stop.flatMap((each) => (whole.includes(each) ? [whole.indexOf(each)] : []));
  const end = Math.min(whole.length, ...ends);
  const stoppedBy = stop.find((each) => whole.indexOf(each) === end) ?? null;
  return { text: whole.slice(0, end), stoppedBy, tokens };
}

/** Writes on: what repeats, else letters by chance. */
function toyContinuation(
  context: readonly number[],
  { maxTokens, seed }: { readonly maxTokens: number; readonly seed: number },
): number[] {
  const tokens = [...context];
  for (let count = 0; count < maxTokens; count++) {
    const letter = FIRST_BYTE + 97 + (hash([...tokens.slice(-6), seed]) % 26);
    tokens.push(seed === 0 ? (expected(tokens) ?? letter) : letter);
  }
  return tokens.slice(context.length);
}
