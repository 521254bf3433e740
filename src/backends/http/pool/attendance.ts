import { messageOf } from "../../../core/errors.ts";
import { HttpError } from "../http-error.ts";
import type { Transport } from "../transport.ts";
import type { PoolClock } from "./clock.ts";
import { noneAnswers, troubleOf } from "./failure.ts";
import type { Roster } from "./roster.ts";

/** How endpoints are waited for. */
export interface AttendanceOptions {
  /** How long an endpoint is waited for where none is left. */
  readonly patienceMs: number;
  /** Rejects where an endpoint that was out does not answer, or has not the same model. */
  readonly readmit: (member: Transport, signal: AbortSignal) => Promise<void>;
  /** Told who leaves, who comes back, and what all wait for. */
  readonly onChange?: (change: string) => void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** An endpoint that answers and fails so often, with no success between, is out. */
const FAILURES_IN_A_ROW = 4;

interface Health {
  /** Before the next try; grows until a request succeeds. */
  waitMs: number;
  failures: number;
  reason: string;
  /** When the last trouble was taken care of: requests sent before tell nothing new. */
  since: number;
}

/** Who of a pool leaves, rests and comes back, by what becomes of requests. */
export class Attendance {
  readonly #members: readonly Transport[];
  readonly #roster: Roster;
  readonly #options: AttendanceOptions;
  readonly #clock: PoolClock;
  readonly #closed: AbortSignal;
  readonly #health: ReadonlyMap<Transport, Health>;
  #wait: AbortController | null = null;
  #isTold = false;

  constructor(
    members: readonly Transport[],
    roster: Roster,
    {
      clock,
      closed,
      ...options
    }: AttendanceOptions & { readonly clock: PoolClock; readonly closed: AbortSignal },
  ) {
    this.#members = members;
    this.#roster = roster;
    this.#options = options;
    this.#clock = clock;
    this.#closed = closed;
    this.#health = new Map(
      members.map((member) => [
        member,
        { waitMs: FIRST_WAIT_MS, failures: 0, reason: "", since: 0 },
      ]),
    );
  }

  get isNoneLeft(): boolean {
    return this.#present === 0;
  }

  answered(member: Transport): void {
    Object.assign(this.#healthOf(member), { waitMs: FIRST_WAIT_MS, failures: 0 });
    this.#isTold = false;
  }

  /** Whether a failure is the endpoint's and not the request's; then care is taken of it. */
  failed(member: Transport, error: unknown, startedAt: number): error is HttpError {
    const trouble = troubleOf(error);
    if (trouble === null) return false;
    const health = this.#healthOf(member);
    // Many requests fail of one cause: it counts once.
    if (startedAt < health.since || this.#roster.standing(member) !== "in") return true;
    health.failures++;
    const { message, retryAfterMs } = error as HttpError;
    if (trouble === "busy" && health.failures < FAILURES_IN_A_ROW) {
      void this.#rest(member, message, retryAfterMs);
    } else {
      this.sendOut(member, message, trouble === "slow");
    }
    return true;
  }

  /** Leaves an endpoint out, and asks it again and again whether it is back. */
  sendOut(member: Transport, reason: string, isSlow = false): void {
    this.#leave(member, "out", reason);
    // Where an answer only takes long, others under way may still come.
    if (!isSlow) this.#roster.endWork(member);
    this.#options.onChange?.(`${reason}; it is left out, ${this.#whoIsLeft}`);
    if (this.isNoneLeft) void this.#giveUpLater();
    void this.#askAgain(member, isSlow);
  }

  /** Leaves an endpoint alone that answers, but not this request now. */
  async #rest(member: Transport, reason: string, askedMs: number): Promise<void> {
    this.#leave(member, "resting", reason);
    if (this.#roster.count("in") === 0 && !this.#isTold) {
      this.#isTold = true;
      this.#options.onChange?.(`${reason}; trying again`);
    }
    if (await this.#waited(Math.max(this.#nextWait(member), askedMs))) this.#roster.admit(member);
  }

  #leave(member: Transport, standing: "resting" | "out", reason: string): void {
    Object.assign(this.#healthOf(member), { reason, since: this.#clock.now() });
    this.#roster.suspend(member, standing);
  }

  async #askAgain(member: Transport, atOnce: boolean): Promise<void> {
    const health = this.#healthOf(member);
    let waitMs = atOnce ? 0 : this.#nextWait(member);
    while (await this.#waited(waitMs)) {
      const obstacle = await this.#obstacleAt(member);
      if (this.#closed.aborted) return;
      if (obstacle === null) {
        this.#comeBack(member);
        return;
      }
      // What keeps an endpoint out although it answers is news.
      if (!(obstacle instanceof HttpError) && messageOf(obstacle) !== health.reason) {
        this.#options.onChange?.(`${messageOf(obstacle)}; it stays out`);
      }
      health.reason = messageOf(obstacle);
      waitMs = this.#nextWait(member);
    }
  }

  async #obstacleAt(member: Transport): Promise<unknown> {
    try {
      await this.#options.readmit(member, this.#closed);
      return null;
    } catch (error) {
      return error;
    }
  }

  #comeBack(member: Transport): void {
    Object.assign(this.#healthOf(member), { failures: 0, since: this.#clock.now() });
    this.#wait?.abort();
    this.#roster.admit(member);
    this.#options.onChange?.(`${member.url} is back, ${this.#whoIsLeft}`);
  }

  /** Refuses all requests where no endpoint comes back in time. */
  async #giveUpLater(): Promise<void> {
    this.#wait = new AbortController();
    if (!(await this.#waited(this.#options.patienceMs, this.#wait.signal))) return;
    this.#roster.refuseAll(noneAnswers(this.#members.map((each) => this.#healthOf(each).reason)));
  }

  /** Whether the time passed, and nothing ended the wait before. */
  async #waited(milliseconds: number, signal: AbortSignal = this.#closed): Promise<boolean> {
    try {
      await this.#clock.wait(milliseconds, AbortSignal.any([this.#closed, signal]));
      return true;
    } catch {
      return false;
    }
  }

  #nextWait(member: Transport): number {
    const health = this.#healthOf(member);
    const { waitMs } = health;
    health.waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
    return waitMs;
  }

  get #present(): number {
    return this.#members.length - this.#roster.count("out");
  }

  get #whoIsLeft(): string {
    return this.isNoneLeft
      ? "none is left"
      : `${this.#present} of ${this.#members.length} endpoints go on`;
  }

  #healthOf(member: Transport): Health {
    return this.#health.get(member) as Health;
  }
}
