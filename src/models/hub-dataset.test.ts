import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseDatasetAddress } from "./dataset-address.ts";
import { type ResolvedDataset, resolveDataset } from "./hub-dataset.ts";
import { type HubServer, startHubServer } from "./hub-server.test-support.ts";

// The real hub is not asked: a local server answers as it does.

let folder = "";
let server: HubServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "pmpo-hub-data-"));
  server = await startHubServer();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const hold = (...files: readonly string[]): void => {
  for (const file of files) {
    server.files.set(`datasets/owner/name/${file}`, Buffer.from(`content of ${file}`));
  }
};
const resolve = (address: string): Promise<ResolvedDataset> =>
  resolveDataset(address, {
    environment: { PMPO_HOME: folder, HF_ENDPOINT: server.url, HF_TOKEN: "hf_secret" },
    retryDelayMs: 0,
  });

describe("a data set of the hub, served locally", () => {
  test("is brought to disk whole, pinned to the revision of its Parquet files", async () => {
    hold("default/train/0001.parquet", "default/train/0000.parquet", "default/test/0000.parquet");
    const { name, paths } = await resolve("hf:owner/name");
    expect(name).toBe(`hf:owner/name/default/train@${server.revision}`);
    const place = join(folder, "datasets", "owner", "name", server.revision, "default", "train");
    expect(paths).toEqual([join(place, "0000.parquet"), join(place, "0001.parquet")]);
    expect(paths.map((path) => readFileSync(path, "utf8"))).toEqual([
      "content of default/train/0000.parquet",
      "content of default/train/0001.parquet",
    ]);
    expect(server.downloads.map(({ authorization }) => authorization)).toEqual([
      "Bearer hf_secret",
      "Bearer hf_secret",
    ]);
  });

  test("at a pinned revision needs no hub once it is on disk, and stays what it was", async () => {
    hold("default/train/0000.parquet");
    const first = await resolve("hf:owner/name");
    server.revision = "f".repeat(40);
    hold("default/train/0001.parquet");
    server.faults.status = 503;
    expect(await resolve(first.name)).toEqual(first);
    delete server.faults.status;
    expect((await resolve("hf:owner/name/default/train")).name).toBe(
      `hf:owner/name/default/train@${"f".repeat(40)}`,
    );
    expect(await resolve(first.name)).toEqual(first);
  });

  test("whose connection is cut is asked for again", async () => {
    hold("default/train/0000.parquet", "default/train/0001.parquet");
    server.cuts.push(0);
    const { paths } = await resolve("hf:owner/name");
    expect(readFileSync(paths[0] ?? "", "utf8")).toBe("content of default/train/0000.parquet");
    expect(server.downloads).toHaveLength(3);
  });

  test("with one configuration or one split needs neither named", async () => {
    hold("main_en/validation/0000.parquet", "README.md");
    expect((await resolve("hf:owner/name")).name).toBe(
      `hf:owner/name/main_en/validation@${server.revision}`,
    );
  });
});

describe("is refused", () => {
  test.each([
    [
      "hf:owner/name",
      "hf:owner/name has several configurations, and does not say which",
      "hf:owner/name/a, hf:owner/name/b",
    ],
    [
      "hf:owner/name/c",
      'hf:owner/name/c: the hub has no configuration "c" of it in Parquet',
      "hf:owner/name/a, hf:owner/name/b",
    ],
    [
      "hf:owner/name/a",
      "hf:owner/name/a has several splits, and does not say which",
      "hf:owner/name/a/one, hf:owner/name/a/two",
    ],
    [
      "hf:owner/name/a/train",
      'hf:owner/name/a/train: the hub has no split "train" of it in Parquet',
      "hf:owner/name/a/one, hf:owner/name/a/two",
    ],
  ])("%s, with what there is", async (address, message, known) => {
    hold("a/one/0000.parquet", "a/two/0000.parquet", "b/one/0000.parquet");
    await expect(resolve(address)).rejects.toMatchObject({
      kind: "data",
      message,
      hint: `There are: ${known}.`,
    });
  });

  test("one that is not there, or not in reach, with what is on this machine", async () => {
    await expect(resolve("hf:owner/name")).rejects.toMatchObject({
      kind: "data",
      code: "DATA_UNREACHABLE",
      message: `hf:owner/name could not be fetched: ${server.host} has no such file in the Parquet files of owner/name (HTTP 404)`,
    });
    hold("default/train/0000.parquet");
    await resolve("hf:owner/name");
    server.faults.status = 500;
    await expect(resolve("hf:owner/name/default/train")).rejects.toMatchObject({
      message: `hf:owner/name/default/train could not be fetched: ${server.host} answered HTTP 500`,
      hint: expect.stringContaining(
        `On this machine: hf:owner/name/default/train@${server.revision}.`,
      ) as string,
    });
  });

  test("content that is not what the hub announced, leaving no file", async () => {
    hold("default/train/0000.parquet");
    server.faults.sha256 = "0".repeat(64);
    await expect(resolve("hf:owner/name")).rejects.toThrow("the download is damaged");
    delete server.faults.sha256;
    const { paths } = await resolve("hf:owner/name");
    expect(paths).toHaveLength(1);
  });
});

test("configurations and splits are called what people like", () => {
  expect(parseDatasetAddress("hf:owner/name/v1 (beta)/überall")).toMatchObject({
    config: "v1 (beta)",
    split: "überall",
  });
});

test.each([
  "hf:",
  "hf:name",
  "hf:owner/name/config/split/more",
  "hf:../name",
  "hf:owner/..",
  "hf:owner/name@main",
  "hf:owner/name@",
  "hf:owner/na me",
  "hf:owner/name/../train",
])("%s is no address", (address) => {
  expect(() => parseDatasetAddress(address)).toThrow(
    `"${address}" is no address of a data set on the hub`,
  );
});
