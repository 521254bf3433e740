import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Usage } from "../core/model.ts";

const SECONDS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300];
const REQUESTS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** What a server has done, for Prometheus. */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: "pmpo_http_requests_total",
    help: "Requests by path and status",
    labelNames: ["path", "status"] as const,
    registers: [this.#registry],
  });
  readonly #seconds = new Histogram({
    name: "pmpo_http_request_seconds",
    help: "Seconds until a request was answered, or until its stream began",
    labelNames: ["path"] as const,
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #together = new Histogram({
    name: "pmpo_engine_call_requests",
    help: "Prompts that were done together in one call of the engine",
    labelNames: ["kind"] as const,
    buckets: REQUESTS,
    registers: [this.#registry],
  });
  readonly #tokens = new Counter({
    name: "pmpo_tokens_total",
    help: "Tokens: requested (prompts and answers, each whole), evaluated (shared beginnings once), generated",
    labelNames: ["kind"] as const,
    registers: [this.#registry],
  });

  /** @param waiting what waits at the moment */
  constructor(waiting: () => { readonly requests: number; readonly tokens: number }) {
    const requests: Gauge = new Gauge({
      name: "pmpo_waiting_requests",
      help: "Prompts that wait for the engine",
      registers: [],
      collect: () => requests.set(waiting().requests),
    });
    const tokens: Gauge = new Gauge({
      name: "pmpo_waiting_tokens",
      help: "Tokens of prompts that wait for the engine",
      registers: [],
      collect: () => tokens.set(waiting().tokens),
    });
    this.#registry.registerMetric(requests);
    this.#registry.registerMetric(tokens);
  }

  answered(path: string, status: number, seconds: number): void {
    this.#requests.inc({ path, status: String(status) });
    this.#seconds.observe({ path }, seconds);
  }

  called(kind: "score" | "write", requests: number, usage: Usage): void {
    this.#together.observe({ kind }, requests);
    this.#tokens.inc({ kind: "requested" }, usage.requestedTokens);
    this.#tokens.inc({ kind: "evaluated" }, usage.evaluatedTokens);
    this.#tokens.inc({ kind: "generated" }, usage.generatedTokens);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** In Prometheus's text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
