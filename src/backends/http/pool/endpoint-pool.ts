import { endpointClosed } from "../http-error.ts";
import { Patience } from "../patience.ts";
import {
  type HttpRequest,
  interruption,
  requestName,
  type SendOptions,
  type Transport,
} from "../transport.ts";
import { Attendance, type AttendanceOptions } from "./attendance.ts";
import { type PoolClock, REAL_CLOCK } from "./clock.ts";
import { Roster, type Seat } from "./roster.ts";

/** Endpoints that have the same model. `patienceMs` is also how long one request is tried again. */
export interface EndpointPoolOptions extends AttendanceOptions {
  /** Each sends a request once, and does not try again by itself. Closed with the pool. */
  readonly members: readonly Transport[];
  /** Why those do not answer that are away from the start. */
  readonly away: ReadonlyMap<Transport, string>;
  /** Requests under way at one endpoint at the same time. */
  readonly seats: number;
  readonly clock?: PoolClock;
}

/**
 * Several endpoints as one. Each request goes to the one with the least to do; what fails there
 * because of the endpoint goes to another, and the endpoint is left out until it answers again.
 */
export class EndpointPool implements Transport {
  readonly url: string;
  readonly place: null = null;
  readonly width: number;
  readonly #members: readonly Transport[];
  readonly #patienceMs: number;
  readonly #clock: PoolClock;
  readonly #roster: Roster;
  readonly #attendance: Attendance;
  readonly #lifetime = new AbortController();
  readonly #answeredBy = new WeakMap<HttpRequest, Transport>();

  constructor({ members, away, seats, clock = REAL_CLOCK, ...attendance }: EndpointPoolOptions) {
    this.url = members.map(({ url }) => url).join(", ");
    this.width = members.length;
    this.#members = members;
    this.#patienceMs = attendance.patienceMs;
    this.#clock = clock;
    this.#roster = new Roster(members, seats);
    this.#attendance = new Attendance(members, this.#roster, {
      ...attendance,
      clock,
      closed: this.#lifetime.signal,
    });
    away.forEach((reason, member) => this.#attendance.sendOut(member, reason));
  }

  setConcurrency(requests: number): void {
    this.#roster.setSeats(requests);
  }

  describe(request: HttpRequest): string {
    return requestName(this.#answeredBy.get(request)?.url ?? this.url, request);
  }

  async send(request: HttpRequest, options: SendOptions = {}): Promise<unknown> {
    const { signal: caller } = options;
    const closed = this.#lifetime.signal;
    const signal = caller === undefined ? closed : AbortSignal.any([closed, caller]);
    try {
      return await this.#persist(request, signal, options);
    } catch (error) {
      if (caller?.aborted === true) throw interruption(caller);
      if (closed.aborted) throw closed.reason;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.abort(endpointClosed());
    await Promise.all(this.#members.map((member) => member[Symbol.asyncDispose]()));
  }

  /** Asks one endpoint after the other, until one answers or the failure is the request's own. */
  async #persist(
    request: HttpRequest,
    signal: AbortSignal,
    { failFast = false, once = false }: SendOptions,
  ): Promise<unknown> {
    const patience = new Patience(this.#patienceMs, () => this.#clock.now());
    const { tokens = 1 } = request;
    for (let ahead = false; ; ahead = true) {
      const seat = await this.#roster.seat(tokens, { signal, ahead });
      const startedAt = this.#clock.now();
      try {
        return await this.#askAt(seat, request, signal);
      } catch (error) {
        signal.throwIfAborted();
        // The endpoint was sent out under it, which is no failure of this request.
        if (seat.signal.aborted) continue;
        if (!this.#attendance.failed(seat.member, error, startedAt)) throw error;
        if (once || !patience.allows(error)) throw error;
        if (failFast && this.#attendance.isNoneLeft) throw error;
      } finally {
        seat.leave();
      }
    }
  }

  async #askAt(seat: Seat, request: HttpRequest, signal: AbortSignal): Promise<unknown> {
    const { member } = seat;
    const answer = await member.send(request, { signal: AbortSignal.any([signal, seat.signal]) });
    this.#attendance.answered(member);
    this.#answeredBy.set(request, member);
    return answer;
  }
}
