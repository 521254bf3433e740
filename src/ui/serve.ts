import { createAdaptorServer } from "@hono/node-server";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { usageError } from "../core/errors.ts";
import { createApp, type ServerParts } from "./app.ts";

/** Only this machine can reach it. */
const HOST = "127.0.0.1";

/** A server that listens. */
export interface RunningServer {
  /** With the token: whoever opens it is let in. */
  readonly address: string;
  /** Ends all connections, then the runs that were started here. */
  close(): Promise<void>;
}

/** Listens on a port of this machine; 0 takes a free one. */
export async function serve(
  parts: Omit<ServerParts, "door">,
  { port, token }: { readonly port: number; readonly token: string },
): Promise<RunningServer> {
  let listening = port;
  const app = createApp({ ...parts, door: { token, port: () => listening } });
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(port, HOST);
  await once(server, "listening").catch((error: unknown) => {
    throw portError(port, error);
  });
  listening = (server.address() as AddressInfo).port;
  return {
    address: `http://${HOST}:${listening}/?token=${token}`,
    close: async () => {
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await Promise.all([parts.processes.close(), parts.scorer.close()]);
    },
  };
}

function portError(port: number, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code !== "EADDRINUSE" && code !== "EACCES") return error;
  const why = code === "EACCES" ? "needs rights that you do not have" : "is in use";
  return usageError("PORT_UNUSABLE", `Port ${port} ${why}`, "Give another, or leave out --port.");
}
