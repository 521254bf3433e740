import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";

const START_SECONDS = 120;

/** A server of this machine, until it is disposed. */
export interface RunningServer extends AsyncDisposable {
  readonly url: string;
}

/** The server when its address answers; kills one that does not. Disposing ends it. */
export async function answering(
  server: ChildProcess,
  { name, url, path }: { readonly name: string; readonly url: string; readonly path: string },
): Promise<RunningServer> {
  for (let second = 0; second < START_SECONDS; second++) {
    if (server.exitCode !== null) throw new Error(`${name} ended with ${server.exitCode}`);
    const isReady = await fetch(`${url}${path}`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return { url, [Symbol.asyncDispose]: () => ended(server) };
    await setTimeout(1000);
  }
  server.kill();
  throw new Error(`${name} did not answer within ${START_SECONDS} s`);
}

async function ended(server: ChildProcess): Promise<void> {
  const gone = once(server, "exit");
  server.kill();
  await gone;
}
