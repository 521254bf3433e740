import { existsSync, readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { smollm2 } from "../model.ts";
import { built } from "../built.ts";
import { startUi, type UiServer } from "../ui-server.ts";
import { folderWith, pmpo, smallTask } from "./pmpo.ts";

interface RunLockModule {
  readonly isRunAtWork: (folder: string) => boolean;
}

const { isRunAtWork } = (await built("store/run-lock.js")) as RunLockModule;

let server: UiServer;

beforeAll(async () => {
  server = await startUi(folderWith(smallTask(1)));
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Asks with headers of any kind, as a browser would not let a page. */
function ask(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  { method = "GET", body = "" } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(
      `${server.origin}${path}`,
      { method, headers, agent: false },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
        );
      },
    );
    asking.on("error", reject);
    asking.end(body);
  });
}

const withToken = (path: string): string => `${path}?token=${server.token}`;

test("the address lets in and leaves a cookie that scripts and other sites cannot use", async () => {
  const page = await ask(withToken("/"));
  expect(page.status).toBe(200);
  const [cookie = ""] = page.headers["set-cookie"] ?? [];
  expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
  const [pair = ""] = cookie.split(";");
  expect((await ask("/api/runs", { Cookie: pair })).status).toBe(200);
});

test.each(["/", "/api/runs", "/app.js", "/runs/x", "/api/runs/x/events"])(
  "%s says nothing without the token, nor with a wrong one",
  async (path) => {
    for (const asked of [path, `${path}?token=`, `${path}?token=${"A".repeat(43)}`]) {
      const answer = await ask(asked);
      expect(answer.status).toBe(401);
      expect(answer.body).toBe("Open the address that pmpo ui printed: it holds the key.\n");
    }
  },
);

test.each(["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1.evil.example", "[::1]"])(
  "a name that was made to point here is refused: %j",
  async (host) => {
    const answer = await ask(withToken("/api/runs"), { Host: host });
    expect(answer.status).toBe(403);
    expect(answer.body).toBe("This server answers at its own address only.\n");
  },
);

test("localhost is this machine too", async () => {
  const { port } = new URL(server.origin);
  expect((await ask(withToken("/api/runs"), { Host: `localhost:${port}` })).status).toBe(200);
});

test.each([{ Origin: "http://evil.example" }, { Origin: "null" }, {}])(
  "nothing is started for a page with %j",
  async (headers) => {
    expect((await ask(withToken("/api/runs"), headers, { method: "POST" })).status).toBe(403);
    expect(JSON.parse((await ask(withToken("/api/runs"))).body)).toMatchObject({
      runs: [],
      work: null,
    });
  },
);

test("another site's page reads nothing either", async () => {
  const answer = await ask(withToken("/api/runs"), { Origin: "http://evil.example" });
  expect(answer.status).toBe(403);
});

test("every answer has a policy that allows our own script alone", async () => {
  for (const path of [withToken("/"), "/", withToken("/no-such-thing")]) {
    const { headers } = await ask(path);
    expect(headers["content-security-policy"]).toMatch(/default-src 'none'; script-src 'self';/);
    expect(headers["content-security-policy"]).toMatch(/frame-ancestors 'none'/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["cache-control"]).toBe("no-store");
  }
});

test("a body that is too large or not what is expected is refused", async () => {
  const headers = { Origin: server.origin, "Content-Type": "application/json" };
  const large = await ask(withToken("/api/runs/x/score"), headers, {
    method: "POST",
    body: "x".repeat(300_000),
  });
  expect(large.status).toBe(413);
  expect(JSON.parse(large.body)).toEqual({
    message: "The prompt is longer than 256 KiB",
    hint: "Shorten it.",
  });
});

test.each(["..", "%2e%2e%2f%2e%2e", "no-such-run", "latest"])(
  "what is no id of a run names none: %s",
  async (id) => {
    expect((await ask(withToken(`/api/runs/${id}/events`))).status).toBe(404);
  },
);

test("a port in use is said, and so is a folder that is not there", async () => {
  const { port } = new URL(server.origin);
  const folder = folderWith({});
  const taken = await pmpo(["ui", "--port", port], { folder });
  expect(taken).toMatchObject({ exitCode: 2 });
  expect(taken.stderr).toContain(`Port ${port} is in use`);
  const nowhere = await pmpo(["ui", "--project", "nowhere"], { folder });
  expect(nowhere.exitCode).toBe(2);
  expect(nowhere.stderr).toContain("There is no folder");
});

test("what cannot be started says why, once, and a second start is refused until then", async () => {
  const other = await startUi(folderWith({}));
  const post = (path: string): Promise<Response> =>
    fetch(`${other.origin}${path}?token=${other.token}`, {
      method: "POST",
      headers: { Origin: other.origin },
    });
  expect((await post("/api/runs")).status).toBe(202);
  const second = await post("/api/runs");
  expect(second.status).toBe(409);
  expect(await second.json()).toEqual({
    message: "A run is at work already, and two would slow each other down",
    hint: "Stop it first, or wait until it ends.",
  });
  const work = async (): Promise<unknown> => {
    const answer = await fetch(`${other.origin}/api/runs?token=${other.token}`);
    return ((await answer.json()) as { readonly work: unknown }).work;
  };
  await expect.poll(work, { timeout: 60_000 }).toMatchObject({
    isAtWork: false,
    failed: true,
    runId: null,
    note: expect.stringMatching(/^error: .*pmpo\.yaml/) as string,
  });
});

test("a run stops in good order when the server is killed, and can be gone on with", async () => {
  await smollm2("q8_0");
  const folder = folderWith(smallTask(1));
  const other = await startUi(folder);
  const post = await fetch(`${other.origin}/api/runs?token=${other.token}`, {
    method: "POST",
    headers: { Origin: other.origin },
  });
  expect(post.status).toBe(202);
  const runs = join(folder, ".pmpo", "runs");
  const states = (): readonly boolean[] =>
    existsSync(runs) ? readdirSync(runs).map((id) => isRunAtWork(join(runs, id))) : [];
  await expect.poll(states, { timeout: 60_000 }).toEqual([true]);
  await other.kill();
  await expect.poll(states, { timeout: 60_000 }).toEqual([false]);
  const listed = await pmpo(["runs", "--json"], { folder });
  expect(JSON.parse(listed.stdout)).toMatchObject([{ problem: null, verdict: null }]);
  const { exitCode, stdout } = await pmpo(["resume", "--json"], { folder });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ verdict: { text: expect.any(String) as string } });
}, 600_000);

test("Ctrl-C ends it in good order", async () => {
  const other = await startUi(folderWith({}));
  const { exitCode, stdout, stderr } = await other.stop();
  expect(exitCode).toBe(0);
  expect(stdout).toBe(`${other.address}\n`);
  expect(stderr).toContain("Ending");
});
