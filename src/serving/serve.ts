import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import { messageOf, type PmpoError, usageError } from "../core/errors.ts";
import { createApp } from "./app.ts";
import { EngineQueue } from "./engine-queue.ts";
import { isLoopback } from "./guard.ts";
import { ServerMetrics } from "./server-metrics.ts";
import type { Service } from "./service.ts";
import { Vocabulary } from "./vocabulary.ts";

/** What is served where, and to whom. */
export interface ServeOptions extends Omit<Service, "queue" | "vocabulary"> {
  /** An address of this machine. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** What clients have to send as a bearer token; null: nothing, on this machine alone. */
  readonly key: string | null;
  readonly maximumBodyBytes: number;
  /** Tokens of waiting work beyond which clients are told to come back. */
  readonly maximumWaiting: number;
  /** Told of failures that are not the client's. */
  readonly onFailure: (error: unknown) => void;
}

/** A server that answers. */
export interface RunningServer {
  readonly url: string;
  /** Rejects when the engine has ended, which nothing else can mend. */
  readonly lost: Promise<never>;
  /** Takes no new work, ends the work that was taken, and stops listening. */
  close(): Promise<void>;
}

/** Serves a model over HTTP. Rejects with a PmpoError where it cannot listen. */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { host, key, model, maximumWaiting, clock } = options;
  let loseEngine: (error: PmpoError) => void = () => {};
  const lost = new Promise<never>((_, reject) => {
    loseEngine = reject;
  });
  // Whoever does not wait for it is not surprised by it.
  lost.catch(() => {});
  const vocabulary = await Vocabulary.of(model);
  const metrics: ServerMetrics = new ServerMetrics(() => queue.waiting);
  const queue = new EngineQueue(
    model,
    { maximumWaiting, clock },
    { onCall: (...call) => metrics.called(...call), onLost: loseEngine },
  );
  void model.lost.then((error) => queue.lose(error));
  const app = createApp({ ...options, vocabulary, queue }, metrics, {
    key,
    localOnly: isLoopback(host),
    maximumBodyBytes: options.maximumBodyBytes,
    addressOf: (context) => getConnInfo(context).remote.address ?? "",
    onFailure: options.onFailure,
  });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await listen(server, options);
  return {
    url: addressOf(server, host),
    lost,
    close: async () => {
      await queue.drain();
      await closed(server);
    },
  };
}

async function listen(server: Server, { host, port }: ServeOptions): Promise<void> {
  server.listen(port, withoutBrackets(host));
  try {
    await once(server, "listening");
  } catch (error) {
    throw usageError(
      "SERVE_CANNOT_LISTEN",
      `Nothing can listen at ${host}, port ${port}: ${messageOf(error)}`,
      "Choose another --port; 0 takes any that is free.",
    );
  }
}

function addressOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(":") ? `[${withoutBrackets(host)}]` : host}:${port}`;
}

/** The address as the system takes it: `::1` for `[::1]`. */
function withoutBrackets(host: string): string {
  return host.replace(/[[\]]/g, "");
}

/** For whoever has begun a request and does not end it, or does not read its answer. */
const LAST_ANSWERS_MS = 5000;

/** Lets answers that are being sent reach their readers. */
async function closed(server: Server): Promise<void> {
  const ended = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS);
  await ended;
  clearTimeout(late);
}
