import type { Message } from "../../core/candidate.ts";
import type { TokenIds } from "../../core/model.ts";
import { modelError } from "../../core/errors.ts";
import {
  type Break,
  breakNames,
  likeNames,
  namesUnreadable,
  withoutBreaks,
} from "./control-names.ts";
import type { TokenizerApi } from "./scoring-api.ts";
import { TokenMemo } from "./token-memo.ts";
import type { HttpRequest } from "./transport.ts";

/** Asks the endpoint; every reply is read by the function beside its request. */
export type Ask = <T>(
  requests: readonly HttpRequest[],
  read: (reply: unknown) => T,
) => Promise<readonly T[]>;

/** Characters of no meaning that no tokenizer joins with their neighbours, to break up names with. */
const BREAKS = ["\u0001", "\u0002", "\u0003", "\u0004"] as const;

/**
 * A tokenizer behind HTTP. Servers read the names of control tokens in any text as those tokens;
 * users' words must never become one. So a name gets a break after its first character, whose ids
 * are taken off again.
 */
export class ServerTokenizer {
  readonly #api: TokenizerApi;
  readonly #model: string;
  readonly #ask: Ask;
  readonly #isToken = new Map<string, boolean>();
  readonly #texts = new Map<number, string>();
  /** Null where the tokenizer leaves the character out. */
  readonly #breaks = new Map<string, Break | null>();
  readonly #known = new TokenMemo();

  constructor(api: TokenizerApi, model: string, ask: Ask) {
    this.#api = api;
    this.#model = model;
    this.#ask = ask;
  }

  /** Token ids of texts in which nothing is read as a control token; nothing is added. */
  async tokenize(texts: readonly string[]): Promise<readonly TokenIds[]> {
    const { guard, strip } = await this.#guarded(texts);
    return this.#remembered(
      texts,
      (text) => `text:${text}`,
      async (missing) => {
        // Some servers take no empty text; it has no tokens.
        const filled = missing.filter((text) => text !== "");
        const ids = await this.rawTokens(filled.map(guard));
        const idsOf = new Map(filled.map((text, place) => [text, strip(ids[place] ?? [], [text])]));
        return missing.map((text) => idsOf.get(text) ?? new Int32Array());
      },
    );
  }

  /** Token ids of a conversation as the server writes it; what stands in messages is text. */
  async chat(messages: readonly Message[], addGenerationPrompt: boolean): Promise<TokenIds> {
    const contents = messages.map(({ content }) => content);
    const { guard, strip } = await this.#guarded(contents);
    const [tokens] = await this.#remembered(
      [messages],
      (each) => `chat:${addGenerationPrompt}:${JSON.stringify(each)}`,
      async () => {
        const guarded = messages.map(({ role, content }) => ({ role, content: guard(content) }));
        const request = this.#api.chatRequest(this.#model, guarded, addGenerationPrompt);
        if (request === null) throw noTemplate();
        return [strip(await this.#writtenChat(request), contents)];
      },
    );
    return tokens as TokenIds;
  }

  async #writtenChat(request: HttpRequest): Promise<readonly number[]> {
    const { readChatText } = this.#api;
    if (readChatText === undefined) {
      const [ids = []] = await this.#ask([request], (reply) => this.#api.readTokens(reply, false));
      return ids;
    }
    const [ids = []] = await this.rawTokens(await this.#ask([request], readChatText), {
      specialTokens: true,
    });
    return ids;
  }

  /** The text of each token alone, spaces in front included. */
  async tokenTexts(tokens: TokenIds): Promise<readonly string[]> {
    const missing = [...new Set(tokens)].filter((token) => !this.#texts.has(token));
    // Alone, some tokenizers write a token without the space in front of it.
    const { character, ids } = (await this.#breakFor("")) ?? { character: "", ids: [] };
    const texts = await this.#ask(
      missing.map((token) => this.#api.detokenizeRequest(this.#model, [...ids, token])),
      this.#api.readText,
    );
    texts.forEach((text, index) => {
      const start = text.indexOf(character) + character.length;
      this.#texts.set(missing[index] as number, text.slice(start));
    });
    return [...tokens].map((token) => this.#texts.get(token) as string);
  }

  /** Whether a text is the name of a token that the server reads whole wherever it stands. */
  async isTokenName(text: string): Promise<boolean> {
    if (likeNames(text)[0] !== text) return false;
    await this.#lookUp([text]);
    return this.#isToken.get(text) === true;
  }

  /** Ids as the server gives them, control tokens and all; with `specialTokens` what it adds itself. */
  rawTokens(
    texts: readonly string[],
    { specialTokens = false }: { readonly specialTokens?: boolean } = {},
  ): Promise<readonly (readonly number[])[]> {
    return this.#ask(
      texts.map((text) => this.#api.tokenizeRequest(this.#model, text, specialTokens)),
      (reply) => this.#api.readTokens(reply, specialTokens),
    );
  }

  /** How names in these texts are broken up, and the breaks' ids taken off again. */
  async #guarded(texts: readonly string[]): Promise<{
    readonly guard: (text: string) => string;
    readonly strip: (ids: readonly number[], texts: readonly string[]) => TokenIds;
  }> {
    await this.#lookUp([...new Set(texts.flatMap(likeNames))]);
    const isName = (name: string): boolean => this.#isToken.get(name) === true;
    const count = (text: string): number => likeNames(text).filter(isName).length;
    if (!texts.some((text) => count(text) > 0)) {
      return { guard: (text) => text, strip: (ids) => Int32Array.from(ids) };
    }
    const broken = await this.#breakFor(texts.join(""));
    if (broken === null) throw namesUnreadable();
    return {
      guard: (text) => breakNames(text, isName, broken),
      strip: (ids, from) =>
        withoutBreaks(
          ids,
          broken,
          from.reduce((sum, text) => sum + count(text), 0),
        ),
    };
  }

  async #lookUp(names: readonly string[]): Promise<void> {
    const unknown = names.filter((name) => !this.#isToken.has(name));
    const ids = await this.rawTokens(unknown);
    unknown.forEach((name, index) => this.#isToken.set(name, ids[index]?.length === 1));
  }

  /** A break that does not occur in the text; null where the tokenizer leaves them all out. */
  async #breakFor(text: string): Promise<Break | null> {
    const absent = BREAKS.filter((each) => !text.includes(each));
    if (absent.length === 0) {
      throw modelError(
        "TOKENIZE_CONTROL_CHARACTERS",
        "A text holds every control character from U+0001 to U+0004 and the name of a control token",
        { hint: "Remove the control characters from the data." },
      );
    }
    for (const character of absent) {
      const known = this.#breaks.get(character);
      const found = known === undefined ? await this.#findBreak(character) : known;
      this.#breaks.set(character, found);
      if (found !== null) return found;
    }
    return null;
  }

  async #findBreak(character: string): Promise<Break | null> {
    const [before = [], whole = []] = await this.rawTokens(["a", `a${character}b`]);
    const ids = whole.slice(before.length, -1);
    return ids.length === 0 ? null : { character, ids };
  }

  async #remembered<T>(
    items: readonly T[],
    keyOf: (item: T) => string,
    ask: (missing: readonly T[]) => Promise<readonly TokenIds[]>,
  ): Promise<readonly TokenIds[]> {
    const found = items.map((item) => this.#known.get(keyOf(item)));
    const missing = items.filter((_, index) => found[index] === undefined);
    const asked = await ask(missing);
    let next = 0;
    return found.map((tokens, index) => {
      if (tokens !== undefined) return tokens;
      const answer = asked[next++] as TokenIds;
      this.#known.set(keyOf(items[index] as T), answer);
      return answer;
    });
  }
}

function noTemplate(): Error {
  return modelError("NO_CHAT_TEMPLATE", "This endpoint writes no conversations", {
    hint: "Use the layout `plain`.",
  });
}
