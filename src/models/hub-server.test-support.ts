import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request for the content of a file, as it came in. */
interface SeenDownload {
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

/** A local server that speaks as much of the model hub's API as pmpo uses, with faults on demand. */
export interface HubServer extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  /** Content by `owner/repository/file`, and `datasets/owner/name/file`. */
  readonly files: Map<string, Buffer>;
  readonly downloads: SeenDownload[];
  /** The commit that every branch of a data set is at. */
  revision: string;
  /** How many bytes each of the next answers sends before it waits to be cut; 0 is cut at once. */
  readonly cuts: number[];
  /**
   * Cuts the answers that wait and whose bytes have all been received. Only the receiver knows that:
   * a connection that is cut sooner may lose what is still under way.
   */
  received(doneBytes: number): void;
  /** Faults that last until they are taken back. */
  readonly faults: {
    /** Status of every answer. */
    status?: number;
    /** The checksum that the API gives. */
    sha256?: string;
    ignoresRanges?: boolean;
    /** Downloads are sent on to this server, as the real hub does to its storage. */
    redirectTo?: string;
  };
}

interface WaitingCut {
  readonly position: number;
  cut(): void;
}

type Running = HubServer & { readonly waiting: WaitingCut[] };

/** Starts such a server on a free port. */
export async function startHubServer(): Promise<HubServer> {
  const server = createServer((request, response) => {
    void answer(hub, request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hub: Running = {
    url: `http://${host}`,
    host,
    files: new Map(),
    downloads: [],
    revision: "0123456789abcdef0123456789abcdef01234567",
    cuts: [],
    waiting: [],
    received(doneBytes) {
      for (const answer of hub.waiting) if (answer.position <= doneBytes) answer.cut();
    },
    faults: {},
    [Symbol.asyncDispose]: () => close(server),
  };
  return hub;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function answer(
  hub: Running,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = request.url ?? "";
  const [, kind, name] = /^\/api\/(models|datasets)\/([^/]+\/[^/]+)/.exec(url) ?? [];
  const repository = kind === "datasets" ? `datasets/${name}` : name;
  if (hub.faults.status !== undefined) return end(response, hub.faults.status, "no");
  if (url.includes("/paths-info/")) return pathsInfo(hub, `${repository}`, request, response);
  if (url.includes("/tree/")) return tree(hub, `${repository}`, response);
  if (url.includes("/revision/")) return revisionInfo(hub, `${repository}`, response);
  const [, holder, file] = /^\/(.+)\/resolve\/[^/]+\/(.+)$/.exec(url) ?? [];
  const content = hub.files.get(`${holder}/${file}`);
  if (content === undefined) return end(response, 404, "Entry not found");
  return sendFile(hub, content, request, response);
}

const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

function end(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/plain" }).end(body);
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const entry = (hub: HubServer, path: string, content: Buffer): unknown => ({
  type: "file",
  path,
  size: content.length,
  oid: "0".repeat(40),
  lfs: { oid: hub.faults.sha256 ?? sha256(content), size: content.length, pointerSize: 134 },
});

async function pathsInfo(
  hub: HubServer,
  repository: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  const { paths } = JSON.parse(body) as { readonly paths: readonly string[] };
  const found = paths.flatMap((path) => {
    const content = hub.files.get(`${repository}/${path}`);
    return content === undefined ? [] : [entry(hub, path, content)];
  });
  json(response, found);
}

function revisionInfo(hub: HubServer, repository: string, response: ServerResponse): void {
  const isThere = [...hub.files.keys()].some((path) => path.startsWith(`${repository}/`));
  if (!isThere) return end(response, 404, "Revision not found");
  json(response, { _id: "1", id: repository, sha: hub.revision, lastModified: new Date(0) });
}

function tree(hub: HubServer, repository: string, response: ServerResponse): void {
  const start = `${repository}/`;
  const files = [...hub.files].filter(([path]) => path.startsWith(start));
  json(
    response,
    files.map(([path, content]) => entry(hub, path.slice(start.length), content)),
  );
}

function sendFile(
  hub: Running,
  content: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { range, authorization } = request.headers;
  hub.downloads.push({ range, authorization });
  if (hub.faults.redirectTo !== undefined) {
    response.writeHead(302, { location: `${hub.faults.redirectTo}${request.url}` }).end();
    return;
  }
  const from =
    hub.faults.ignoresRanges === true ? undefined : /^bytes=(\d+)-$/.exec(range ?? "")?.[1];
  const body = content.subarray(Number(from ?? 0));
  const headers = { "content-length": body.length };
  if (from === undefined) {
    response.writeHead(200, headers);
  } else {
    const contentRange = `bytes ${from}-${content.length - 1}/${content.length}`;
    response.writeHead(206, { ...headers, "content-range": contentRange });
  }
  const cutAfter = hub.cuts.shift();
  if (cutAfter === undefined) {
    response.end(body);
  } else if (cutAfter === 0) {
    response.destroy();
  } else {
    response.write(body.subarray(0, cutAfter));
    hub.waiting.push({ position: Number(from ?? 0) + cutAfter, cut: () => response.destroy() });
  }
}
