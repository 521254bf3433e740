import { createServer, request } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterAll } from "vitest";

/** A way to a server on which every connection can be cut, as a machine that falls asleep does. */
export interface CutProxy {
  /** The server's address by this way. */
  readonly address: string;
  /** What requests said that they had seen, in order. */
  readonly lastEventIds: readonly string[];
  cut(): void;
}

const closes: (() => void)[] = [];

afterAll(() => {
  for (const close of closes.splice(0)) close();
});

/** Passes requests on under the server's own name, which is the only one that it answers to. */
export async function cutProxy(address: string): Promise<CutProxy> {
  const { host, origin, search } = new URL(address);
  const sockets = new Set<Socket>();
  const lastEventIds: string[] = [];
  const proxy = createServer((asked, answer) => {
    const seen = asked.headers["last-event-id"];
    if (typeof seen === "string") lastEventIds.push(seen);
    const own = asked.headers.origin === undefined ? {} : { origin };
    const headers = { ...asked.headers, ...own, host };
    const passed = request(`${origin}${asked.url}`, { method: asked.method, headers }, (came) => {
      answer.writeHead(came.statusCode ?? 502, came.headers);
      came.pipe(answer);
      came.on("error", () => answer.destroy());
    });
    passed.on("error", () => answer.destroy());
    answer.on("close", () => passed.destroy());
    asked.pipe(passed);
  });
  proxy.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  closes.push(() => {
    proxy.close();
    cut();
  });
  const { port } = proxy.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/${search}`, lastEventIds, cut };
}
