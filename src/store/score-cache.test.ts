import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PmpoError } from "../core/errors.ts";
import { openScoreCache, type ScoreCache } from "./score-cache.ts";

const MODULE = fileURLToPath(new URL("score-cache.ts", import.meta.url));

let folder = "";
let path = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pmpo-cache-"));
  path = join(folder, ".pmpo", "cache.sqlite");
});

afterEach(() => rmSync(folder, { recursive: true }));

const bytesOf = (value: Uint8Array | null): number[] | null => value && [...value];

function withCache<T>(work: (cache: ScoreCache) => T, onCorrupt?: (movedTo: string) => void): T {
  const cache = openScoreCache(path, onCorrupt === undefined ? {} : { onCorrupt });
  try {
    return work(cache);
  } finally {
    cache.close();
  }
}

function failureOf(work: () => unknown): { code: string; message: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof PmpoError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("Expected a failure");
}

describe("the score cache", () => {
  test("makes its folder, and keeps values for the next session", () => {
    withCache((cache) => {
      expect(cache.get("a")).toBeNull();
      cache.set("a", Uint8Array.of(1, 2, 255));
      cache.set("empty", new Uint8Array(0));
    });
    withCache((cache) => {
      expect(bytesOf(cache.get("a"))).toEqual([1, 2, 255]);
      expect(bytesOf(cache.get("empty"))).toEqual([]);
    });
  });

  test("keeps the first value", () => {
    withCache((cache) => {
      cache.set("a", Uint8Array.of(1));
      cache.set("a", Uint8Array.of(2));
      expect(bytesOf(cache.get("a"))).toEqual([1]);
    });
  });

  test("returns any bytes under any key", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.string(), (value, key) => {
        const one = mkdtempSync(join(tmpdir(), "pmpo-cache-"));
        const cache = openScoreCache(join(one, "cache.sqlite"));
        cache.set(key, value);
        expect(bytesOf(cache.get(key))).toEqual([...value]);
        expect(cache.get(`${key}.`)).toBeNull();
        cache.close();
        rmSync(one, { recursive: true });
      }),
      { numRuns: 20 },
    );
  });

  test("may be open twice, each seeing what the other stored", () => {
    const first = openScoreCache(path);
    const second = openScoreCache(path);
    first.set("a", Uint8Array.of(1));
    second.set("b", Uint8Array.of(2));
    expect(bytesOf(second.get("a"))).toEqual([1]);
    expect(bytesOf(first.get("b"))).toEqual([2]);
    first.close();
    second.close();
    second.close();
  });

  test("is begun and filled by several processes at once, and none loses a value", async () => {
    const script = `
      import { runnerImport } from "vite";
      const { module } = await runnerImport(${JSON.stringify(MODULE)}, { configFile: false });
      const cache = module.openScoreCache(${JSON.stringify(path)});
      const name = process.argv[1];
      for (let i = 0; i < 200; i++) cache.set(name + i, new Uint8Array(1000).fill(i));
      cache.close();
    `;
    const children = ["a", "b", "c"].map((name) =>
      spawn(process.execPath, ["--input-type=module", "--eval", script, name], {
        stdio: "inherit",
      }),
    );
    const exits = await Promise.all(children.map((child) => once(child, "exit")));
    expect(exits).toEqual([
      [0, null],
      [0, null],
      [0, null],
    ]);
    withCache((cache) => {
      for (const name of ["a", "b", "c"]) {
        for (let index = 0; index < 200; index++) {
          expect(cache.get(name + index)?.[999]).toBe(index);
        }
      }
    });
  });
});

describe("a damaged cache file", () => {
  test("that is no database is moved aside, number by number", () => {
    mkdirSync(join(folder, ".pmpo"));
    const moved: string[] = [];
    for (const text of ["not a database, ".repeat(500), "nor is this one. ".repeat(500)]) {
      writeFileSync(path, text);
      withCache(
        (cache) => {
          cache.set("a", Uint8Array.of(1));
          expect(bytesOf(cache.get("a"))).toEqual([1]);
        },
        (movedTo) => moved.push(movedTo),
      );
    }
    expect(moved).toEqual([`${path}.corrupt-1`, `${path}.corrupt-2`]);
    expect(readFileSync(`${path}.corrupt-1`, "utf8")).toMatch(/^not a database/);
    expect(readFileSync(`${path}.corrupt-2`, "utf8")).toMatch(/^nor is this one/);
  });

  test("is replaced in the middle of work when the damage shows only then", () => {
    withCache((cache) => {
      for (let index = 0; index < 300; index++) {
        cache.set(`key${index}`, new Uint8Array(5000).fill(index));
      }
    });
    const size = statSync(path).size;
    const file = openSync(path, "r+");
    writeSync(file, Buffer.alloc(size - 12_288, 0xab), 0, size - 12_288, 12_288);
    closeSync(file);
    const moved: string[] = [];
    withCache(
      (cache) => {
        expect(cache.get("key7")).toBeNull();
        cache.set("key7", Uint8Array.of(7));
        expect(bytesOf(cache.get("key7"))).toEqual([7]);
      },
      (movedTo) => moved.push(movedTo),
    );
    expect(moved).toEqual([`${path}.corrupt-1`]);
    expect(readdirSync(join(folder, ".pmpo")).sort()).toEqual(
      expect.arrayContaining(["cache.sqlite", "cache.sqlite.corrupt-1"]),
    );
  });

  test("never gives a value whose bytes have changed", () => {
    withCache((cache) => cache.set("a", new Uint8Array(100).fill(0x5a)));
    const bytes = readFileSync(path);
    const start = bytes.indexOf(Buffer.alloc(100, 0x5a));
    expect(start).toBeGreaterThan(0);
    bytes[start + 50] = 0x5b;
    writeFileSync(path, bytes);
    withCache((cache) => {
      expect(cache.get("a")).toBeNull();
      cache.set("a", Uint8Array.of(3));
      expect(bytesOf(cache.get("a"))).toEqual([3]);
    });
  });

  test("that is empty is simply begun", () => {
    mkdirSync(join(folder, ".pmpo"));
    writeFileSync(path, "");
    withCache((cache) => expect(cache.get("a")).toBeNull());
    expect(existsSync(`${path}.corrupt-1`)).toBe(false);
  });
});

describe("a cache that cannot be used", () => {
  test("says that a newer pmpo wrote it, and leaves it alone", () => {
    withCache((cache) => cache.set("a", Uint8Array.of(1)));
    const database = new Database(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(failureOf(() => openScoreCache(path))).toEqual({
      code: "CACHE_TOO_NEW",
      message: `The score cache ${path} was written by a newer pmpo`,
    });
    expect(existsSync(`${path}.corrupt-1`)).toBe(false);
  });

  test("says that a file stands where its folder should be", () => {
    writeFileSync(join(folder, ".pmpo"), "");
    expect(failureOf(() => openScoreCache(path))).toEqual({
      code: "FOLDER_NOT_WRITABLE",
      message: `Cannot write ${join(folder, ".pmpo")}: a file stands where a folder should be`,
    });
  });

  test("says that it cannot be opened where it is a folder", () => {
    mkdirSync(path, { recursive: true });
    expect(failureOf(() => openScoreCache(path)).code).toBe("FILE_NOT_WRITABLE");
  });
});
