import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HubFile } from "./catalogue.ts";
import { downloadHubFile, type DownloadOptions } from "./hub-download.ts";
import { startHubServer, type HubServer } from "./hub-server.test-support.ts";
import { connectHub, type Hub } from "./hub.ts";
import type { PullProgress } from "./progress.ts";

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");
const FILE: HubFile = {
  kind: "hub",
  repository: "owner/repository",
  file: "folder/model.gguf",
  revision: "main",
};

let folder = "";
let server: HubServer;
let hub: Hub;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "pmpo-hub-"));
  server = await startHubServer();
  server.files.set("owner/repository/folder/model.gguf", CONTENT);
  hub = connectHub({ environment: { HF_ENDPOINT: `${server.url}/` } });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const target = (): string => join(folder, "model.gguf");
const ranges = (): (string | undefined)[] => server.downloads.map((seen) => seen.range);
const download = (options: Partial<DownloadOptions> = {}): Promise<string> =>
  downloadHubFile(hub, FILE, target(), {
    sha256: null,
    check: () => Promise.resolve(),
    onProgress: ({ doneBytes }) => server.received(doneBytes),
    retryDelayMs: 0,
    ...options,
  });

test("a file arrives whole, with its progress and checksum", async () => {
  const progress: PullProgress[] = [];
  expect(await download({ onProgress: (step) => progress.push(step) })).toBe(SHA256);
  expect(readFileSync(target()).equals(CONTENT)).toBe(true);
  expect(readdirSync(folder)).toEqual(["model.gguf"]);
  const totalBytes = CONTENT.length;
  expect(progress[0]).toEqual({ phase: "download", doneBytes: 0, totalBytes });
  expect(progress).toContainEqual({ phase: "download", doneBytes: totalBytes, totalBytes });
  expect(progress.at(-1)).toEqual({ phase: "verify", doneBytes: totalBytes, totalBytes });
});

describe("a cut connection", () => {
  test("is gone on from where it was cut", async () => {
    server.cuts.push(100_000, 50_000);
    await download();
    expect(readFileSync(target()).equals(CONTENT)).toBe(true);
    expect(ranges()).toEqual(["bytes=0-", "bytes=100000-", "bytes=150000-"]);
  });

  test("leaves a part that the next pull goes on from", async () => {
    server.cuts.push(100_000, 0, 0, 0);
    await expect(download()).rejects.toThrow(`${server.host} cut the connection`);
    const [part] = readdirSync(folder);
    expect(part).toMatch(/^model\.gguf\..*\.partial$/);
    expect(statSync(join(folder, `${part}`)).size).toBe(100_000);

    await download();
    expect(readFileSync(target()).equals(CONTENT)).toBe(true);
    expect(readdirSync(folder)).toEqual(["model.gguf"]);
    expect(ranges().at(-1)).toBe("bytes=100000-");
  });

  test("begins anew at a server that knows no ranges", async () => {
    server.faults.ignoresRanges = true;
    server.cuts.push(100_000);
    await download();
    expect(readFileSync(target()).equals(CONTENT)).toBe(true);
  });

  test("is not gone on from when the hub has another file by then", async () => {
    server.cuts.push(100_000, 0, 0, 0);
    await expect(download()).rejects.toThrow("cut the connection");
    const other = Buffer.alloc(200_000, 3);
    server.files.set("owner/repository/folder/model.gguf", other);
    await download();
    expect(readFileSync(target()).equals(other)).toBe(true);
    expect(ranges().at(-1)).toBe("bytes=0-");
  });
});

describe("content", () => {
  test("that does not fit the hub's checksum is thrown away", async () => {
    server.faults.sha256 = "a".repeat(64);
    await expect(download()).rejects.toThrow(
      `the download is damaged: its sha256 is ${SHA256}, the hub says ${"a".repeat(64)}`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test("that is not what the catalogue promises is not even downloaded", async () => {
    await expect(download({ sha256: "b".repeat(64) })).rejects.toThrow(
      `folder/model.gguf of owner/repository has other content than expected ` +
        `(sha256 ${SHA256}, not ${"b".repeat(64)})`,
    );
    expect(server.downloads).toEqual([]);
  });

  test("without a checksum is refused", async () => {
    server.faults.sha256 = "";
    await expect(download()).rejects.toThrow(
      `${server.host} gives no checksum for folder/model.gguf`,
    );
  });

  test("that fails its check leaves no file", async () => {
    const failing = download({ check: () => Promise.reject(new Error("no model")) });
    await expect(failing).rejects.toThrow("no model");
    expect(readdirSync(folder)).toEqual([]);
  });
});

test("two pulls at once both end with a whole file", async () => {
  server.cuts.push(10_000, 20_000);
  await Promise.all([download(), download()]);
  expect(readFileSync(target()).equals(CONTENT)).toBe(true);
  expect(readdirSync(folder)).toEqual(["model.gguf"]);
});

test("a signal stops the download, which the next one goes on from", async () => {
  const stop = new AbortController();
  const stopping = connectHub({ environment: { HF_ENDPOINT: server.url }, signal: stop.signal });
  server.cuts.push(100_000);
  const stopped = downloadHubFile(stopping, FILE, target(), {
    sha256: null,
    check: () => Promise.resolve(),
    onProgress: ({ doneBytes }) => {
      if (doneBytes === 100_000) stop.abort(new Error("stopped by the user"));
    },
    retryDelayMs: 0,
    signal: stop.signal,
  });
  await expect(stopped).rejects.toThrow("stopped by the user");
  await download();
  expect(ranges()).toEqual(["bytes=0-", "bytes=100000-"]);
});

describe("the token", () => {
  test("goes to the hub, and not to the storage that it sends on to", async () => {
    await using storage = await startHubServer();
    storage.files.set("owner/repository/folder/model.gguf", CONTENT);
    server.faults.redirectTo = storage.url;
    hub = connectHub({ environment: { HF_ENDPOINT: server.url, HF_TOKEN: "hf_secret" } });
    await download();
    expect(server.downloads).toEqual([{ range: "bytes=0-", authorization: "Bearer hf_secret" }]);
    expect(storage.downloads).toEqual([{ range: "bytes=0-", authorization: undefined }]);
    expect(readFileSync(target()).equals(CONTENT)).toBe(true);
  });

  test("is asked for where access is refused", async () => {
    server.faults.status = 401;
    await expect(download()).rejects.toThrow(
      `${server.host} does not give access to owner/repository (HTTP 401): ` +
        "it does not exist, or wants its licence accepted and a token in HF_TOKEN",
    );
  });
});

describe("a hub out of reach", () => {
  test("that has no such file says so", async () => {
    server.files.clear();
    await expect(download()).rejects.toThrow("owner/repository has no file folder/model.gguf");
  });

  test("that is broken says its status", async () => {
    server.faults.status = 503;
    await expect(download()).rejects.toThrow(`${server.host} answered HTTP 503`);
  });

  test("that refuses connections is named", async () => {
    await server[Symbol.asyncDispose]();
    await expect(download()).rejects.toThrow(
      `${server.host} refuses the connection (ECONNREFUSED)`,
    );
  });

  test("that does not exist is named", async () => {
    hub = connectHub({ environment: {}, hubUrl: "http://hub.invalid" });
    await expect(download()).rejects.toThrow(/^the host hub\.invalid cannot be found \(E\w+\)$/);
  });

  test("that stays silent is given up", async () => {
    const silent = await import("node:net").then(({ createServer }) => createServer(() => {}));
    await new Promise<void>((resolve) => {
      silent.listen(0, "127.0.0.1", resolve);
    });
    const { port } = silent.address() as { readonly port: number };
    const hubUrl = `http://127.0.0.1:${port}`;
    hub = connectHub({ environment: {}, hubUrl, responseTimeoutMs: 50 });
    await expect(download()).rejects.toThrow(`127.0.0.1:${port} did not answer within 0.05 s`);
    silent.close();
  });

  test.each(["no address", "ftp://host", "https://user:password@host"])(
    "cannot be set as %s, and the message repeats no password",
    (address) => {
      expect(() => connectHub({ environment: { HF_ENDPOINT: address } })).toThrow(
        expect.objectContaining({
          kind: "usage",
          message: "HF_ENDPOINT is no address of a model hub",
          hint: "Write it as https://HOST without user name or password; a token goes in HF_TOKEN.",
        }),
      );
    },
  );
});
