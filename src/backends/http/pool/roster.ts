import { interruption, type Transport } from "../transport.ts";

/** A place at an endpoint for one request. */
export interface Seat {
  readonly member: Transport;
  /** Aborted when the endpoint is sent out with its work unfinished. */
  readonly signal: AbortSignal;
  /** Gives the place back. Called once. */
  leave(): void;
}

/** Whether an endpoint is given work: `resting` ones are waited for, those that are `out` may never return. */
type Standing = "in" | "resting" | "out";

interface Endpoint {
  readonly member: Transport;
  standing: Standing;
  /** Under way there. */
  requests: number;
  tokens: number;
  work: AbortController;
}

interface Waiting {
  readonly tokens: number;
  readonly take: (seat: Seat) => void;
  readonly refuse: (reason: unknown) => void;
}

/** Who of a pool works, how much each has to do, and who waits for a seat. Knows no time. */
export class Roster {
  readonly #endpoints: readonly Endpoint[];
  #seats: number;
  #waiting: Waiting[] = [];
  #refusal: unknown = null;

  /** `seats`: requests under way at one endpoint at the same time. */
  constructor(members: readonly Transport[], seats: number) {
    this.#seats = seats;
    this.#endpoints = members.map((member) => ({
      member,
      standing: "in",
      requests: 0,
      tokens: 0,
      work: new AbortController(),
    }));
  }

  /** Seats at each endpoint from now on. */
  setSeats(seats: number): void {
    this.#seats = seats;
    this.#fill();
  }

  count(standing: Standing): number {
    return this.#endpoints.filter((endpoint) => endpoint.standing === standing).length;
  }

  standing(member: Transport): Standing {
    return this.#endpointOf(member).standing;
  }

  /** A seat at the endpoint with the least to do, in order of asking; `ahead` of all who wait already. */
  seat(
    tokens: number,
    { signal, ahead }: { readonly signal: AbortSignal; readonly ahead: boolean },
  ): Promise<Seat> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(interruption(signal));
        return;
      }
      const stop = (): void => {
        this.#waiting = this.#waiting.filter((each) => each !== waiting);
        reject(interruption(signal));
      };
      const settled = (): void => signal.removeEventListener("abort", stop);
      const waiting: Waiting = {
        tokens,
        take: (seat) => {
          settled();
          resolve(seat);
        },
        refuse: (reason) => {
          settled();
          reject(reason);
        },
      };
      signal.addEventListener("abort", stop, { once: true });
      if (ahead) this.#waiting.unshift(waiting);
      else this.#waiting.push(waiting);
      this.#fill();
    });
  }

  /** Gives an endpoint work again. */
  admit(member: Transport): void {
    this.#endpointOf(member).standing = "in";
    this.#refusal = null;
    this.#fill();
  }

  /** Gives an endpoint no more work; what is under way there goes on. */
  suspend(member: Transport, standing: "resting" | "out"): void {
    this.#endpointOf(member).standing = standing;
  }

  /** Ends what is under way at an endpoint. */
  endWork(member: Transport): void {
    const endpoint = this.#endpointOf(member);
    endpoint.work.abort();
    endpoint.work = new AbortController();
  }

  /** Refuses all who wait, and all who come until an endpoint is admitted. */
  refuseAll(reason: unknown): void {
    this.#refusal = reason;
    this.#fill();
  }

  #fill(): void {
    while (this.#waiting.length > 0) {
      if (this.#refusal !== null) {
        this.#waiting.shift()?.refuse(this.#refusal);
        continue;
      }
      const endpoint = this.#freest();
      if (endpoint === undefined) return;
      const { tokens, take } = this.#waiting.shift() as Waiting;
      take(this.#seatAt(endpoint, tokens));
    }
  }

  #freest(): Endpoint | undefined {
    return this.#endpoints
      .filter(({ standing, requests }) => standing === "in" && requests < this.#seats)
      .toSorted((a, b) => a.tokens - b.tokens || a.requests - b.requests)[0];
  }

  #seatAt(endpoint: Endpoint, tokens: number): Seat {
    endpoint.requests++;
    endpoint.tokens += tokens;
    return {
      member: endpoint.member,
      signal: endpoint.work.signal,
      leave: () => {
        endpoint.requests--;
        endpoint.tokens -= tokens;
        this.#fill();
      },
    };
  }

  #endpointOf(member: Transport): Endpoint {
    return this.#endpoints.find((endpoint) => endpoint.member === member) as Endpoint;
  }
}
