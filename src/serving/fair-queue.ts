/** Work that waits. */
export interface Waiting {
  /** Whose it is. */
  readonly client: string;
  /** Only work of one kind is done together. */
  readonly kind: string;
  /** What it costs. */
  readonly tokens: number;
}

/** What is done together at most; one item is always taken. */
export interface BatchLimits {
  readonly items: number;
  readonly tokens: number;
}

/** One client's work, and what it was given so far. */
interface Line<Item> {
  served: number;
  readonly items: Item[];
}

/**
 * A queue that is fair between clients: whoever was given the fewest tokens is next. Of two clients
 * that both wait, neither is ever ahead of the other by more than one item. A client's own items of
 * one kind stay in their order.
 */
export class FairQueue<Item extends Waiting> {
  readonly #lines = new Map<string, Line<Item>>();
  /** What clients that wait for nothing just now were given, where that is more than others were. */
  readonly #left = new Map<string, number>();
  /** Where a client begins that comes anew: level with whoever was served last. */
  #level = 0;
  #tokens = 0;
  #length = 0;

  /** Tokens of all that waits. */
  get tokens(): number {
    return this.#tokens;
  }

  get length(): number {
    return this.#length;
  }

  add(item: Item): void {
    const line = this.#lines.get(item.client) ?? this.#newLine(item.client);
    line.items.push(item);
    this.#tokens += item.tokens;
    this.#length++;
  }

  /** Takes an item out; false where it does not wait any more. */
  remove(item: Item): boolean {
    const line = this.#lines.get(item.client);
    const place = line?.items.indexOf(item) ?? -1;
    if (line === undefined || place < 0) return false;
    this.#takeOut(line, place);
    return true;
  }

  /** The next items to be done together; none where nothing waits. The limits are those of their kind. */
  takeBatch(limitsOf: (kind: Item["kind"]) => BatchLimits): readonly Item[] {
    const first = this.#next(() => true);
    if (first === null) return [];
    const { kind } = first;
    const limits = limitsOf(kind);
    const batch: Item[] = [];
    let tokens = 0;
    let item: Item | null = first;
    while (item !== null && (batch.length === 0 || tokens + item.tokens <= limits.tokens)) {
      this.#serve(item);
      batch.push(item);
      tokens += item.tokens;
      item = batch.length < limits.items ? this.#next((other) => other.kind === kind) : null;
    }
    return batch;
  }

  /** The first such item of the client that was given least. */
  #next(wanted: (item: Item) => boolean): Item | null {
    let least: Item | null = null;
    let served = Infinity;
    for (const line of this.#lines.values()) {
      const item = line.served < served ? line.items.find(wanted) : undefined;
      if (item === undefined) continue;
      least = item;
      served = line.served;
    }
    return least;
  }

  /** Whoever comes back begins where he was: asking one thing at a time brings no more turns. */
  #newLine(client: string): Line<Item> {
    const served = Math.max(this.#level, this.#left.get(client) ?? 0);
    const line = { served, items: [] };
    this.#left.delete(client);
    this.#lines.set(client, line);
    return line;
  }

  #serve(item: Item): void {
    const line = this.#lines.get(item.client) as Line<Item>;
    this.#raiseLevel(line.served);
    line.served += item.tokens;
    this.#takeOut(line, line.items.indexOf(item));
  }

  #raiseLevel(served: number): void {
    if (served <= this.#level) return;
    this.#level = served;
    for (const [client, given] of this.#left) {
      if (given <= served) this.#left.delete(client);
    }
  }

  #takeOut(line: Line<Item>, place: number): void {
    const [item] = line.items.splice(place, 1) as [Item];
    if (line.items.length === 0) {
      this.#lines.delete(item.client);
      if (line.served > this.#level) this.#left.set(item.client, line.served);
    }
    this.#tokens -= item.tokens;
    this.#length--;
  }
}
