import { messageOf, modelError, usageError, type PmpoError } from "../core/errors.ts";
import type { HubFile } from "./catalogue.ts";

/** How the model hub is reached. */
export interface HubOptions {
  /** `HF_ENDPOINT` names a mirror, `HF_TOKEN` opens gated repositories. */
  readonly environment: NodeJS.ProcessEnv;
  /** Instead of `HF_ENDPOINT`. */
  readonly hubUrl?: string;
  /** A host that has not begun to answer by then counts as out of reach. Default 10 s. */
  readonly responseTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A model hub that can be asked for files. */
export interface Hub {
  /** Without a slash at the end. */
  readonly url: string;
  readonly host: string;
  /** Sends the token to the hub alone and gives up on a silent host. */
  readonly fetch: typeof fetch;
}

/** A file of the hub, before it is downloaded. */
export interface HubFileInfo {
  readonly url: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

const DEFAULT_HUB = "https://huggingface.co";
const DEFAULT_RESPONSE_TIMEOUT_MS = 10_000;

/** Prepares to ask the hub; nothing is sent yet. */
export function connectHub(options: HubOptions): Hub {
  const { origin, pathname, host } = hubAddress(options);
  const token = options.environment["HF_TOKEN"];
  const timeoutMs = options.responseTimeoutMs ?? DEFAULT_RESPONSE_TIMEOUT_MS;

  const ask: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    if (token !== undefined && token !== "" && new URL(request.url).origin === origin) {
      request.headers.set("authorization", `Bearer ${token}`);
    }
    const silence = new AbortController();
    const timer = setTimeout(
      () => silence.abort(new Error(`${host} did not answer within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    const signals = [silence.signal, ...(options.signal === undefined ? [] : [options.signal])];
    try {
      return await fetch(request, { signal: AbortSignal.any(signals) });
    } finally {
      clearTimeout(timer);
    }
  };
  return { url: origin + pathname.replace(/\/$/, ""), host, fetch: ask };
}

function hubAddress({ hubUrl, environment }: HubOptions): URL {
  const given = hubUrl ?? environment["HF_ENDPOINT"];
  const address = given === undefined || given === "" ? DEFAULT_HUB : given;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  // The address itself stays out of the message: it may hold a password.
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username + url.password !== "") {
    throw usageError(
      "MODEL_HUB_ADDRESS",
      "HF_ENDPOINT is no address of a model hub",
      "Write it as https://HOST without user name or password; a token goes in HF_TOKEN.",
    );
  }
  return url;
}

/** Asks the hub for the size and checksum of a file. */
export async function hubFileInfo(hub: Hub, file: HubFile): Promise<HubFileInfo> {
  const { pathsInfo } = await import("@huggingface/hub");
  const { repository, revision } = file;
  const request = { repo: repository, revision, paths: [file.file], hubUrl: hub.url };
  const found = await pathsInfo({ ...request, fetch: hub.fetch }).catch((error: unknown) => {
    throw hubFailure(error, hub, repository);
  });
  const info = found.find((entry) => entry.path === file.file);
  if (info === undefined) throw sourceError(`${repository} has no file ${file.file}`);
  const sha256 = info.lfs?.oid ?? "";
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw sourceError(`${hub.host} gives no checksum for ${file.file}`);
  }
  const path = file.file.split("/").map(encodeURIComponent).join("/");
  const url = `${hub.url}/${repository}/resolve/${encodeURIComponent(revision)}/${path}`;
  return { url, sizeBytes: info.lfs?.size ?? info.size, sha256 };
}

/** Finds the one GGUF file of a repository that has the given number format in its name. */
export async function findHubFormat(
  hub: Hub,
  repository: string,
  format: string,
): Promise<HubFile> {
  const { listFiles } = await import("@huggingface/hub");
  const files: string[] = [];
  try {
    const request = { repo: repository, recursive: true, hubUrl: hub.url, fetch: hub.fetch };
    for await (const { path } of listFiles(request)) {
      if (/\.gguf$/i.test(path)) files.push(path);
    }
  } catch (error) {
    throw hubFailure(error, hub, repository);
  }
  const fitting = files.filter((path) => hasFormat(path, format));
  const [file] = fitting;
  if (file === undefined || fitting.length > 1) {
    throw modelError(
      "MODEL_FORMAT_UNKNOWN",
      `${repository} has ${fitting.length} files of format "${format}"`,
      {
        hint: `Name one of its files: ${files.map((path) => `hf:${repository}/${path}`).join(", ")}.`,
      },
    );
  }
  return { kind: "hub", repository, file, revision: "main" };
}

/** Whether a file's name ends in a number format: `Model-Q8_0.gguf`. */
export function hasFormat(path: string, format: string): boolean {
  return new RegExp(`(?:^|[-._/])${format.replaceAll(".", "\\.")}\\.gguf$`, "i").test(path);
}

/** Why one source could not give its file; the message is a part of a longer one. */
export function sourceError(reason: string, cause?: unknown): PmpoError {
  return modelError("MODEL_SOURCE", reason, { cause });
}

/** Says in words why the hub did not do what it was asked. */
export function hubFailure(error: unknown, hub: Hub, repository: string): PmpoError {
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : null;
  if (status !== null) return sourceError(statusReason(status, hub, repository), error);
  return sourceError(networkReason(error, hub), error);
}

/** Says in words what an HTTP status means for a file of a repository. */
export function statusReason(status: number, hub: Hub, repository: string): string {
  if (status === 401 || status === 403) {
    return (
      `${hub.host} does not give access to ${repository} (HTTP ${status}): ` +
      "it does not exist, or wants its licence accepted and a token in HF_TOKEN"
    );
  }
  if (status === 404) return `${hub.host} has no such file in ${repository} (HTTP 404)`;
  return `${hub.host} answered HTTP ${status}`;
}

function networkReason(error: unknown, hub: Hub): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `the host ${hub.host} cannot be found (${code})`;
    case "ECONNREFUSED":
      return `${hub.host} refuses the connection (${code})`;
    case "UND_ERR_CONNECT_TIMEOUT":
    case "ETIMEDOUT":
      return `${hub.host} does not answer (${code})`;
    case "ECONNRESET":
    case "UND_ERR_SOCKET":
      return `${hub.host} cut the connection (${code})`;
    default:
      return cause instanceof SyntaxError
        ? `${hub.host} does not answer as a model hub does`
        : messageOf(cause);
  }
}
