import { once } from "node:events";
import { afterAll } from "vitest";
import { type Outcome, startPmpo } from "./cli/pmpo.ts";

/** A server of `pmpo ui` at work. */
export interface UiServer {
  /** With the token. */
  readonly address: string;
  readonly origin: string;
  readonly token: string;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<Outcome>;
  /** Ends it as a crash does. */
  kill(): Promise<Outcome>;
}

const stops: (() => Promise<Outcome>)[] = [];

afterAll(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Starts `pmpo ui` in a folder; it is ended after the test file. */
export async function startUi(folder: string, args: readonly string[] = []): Promise<UiServer> {
  const { child, outcome } = startPmpo(["ui", ...args], { folder });
  if (child.stdout === null) throw new Error("No output to read the address from");
  const said = await Promise.race([once(child.stdout, "data"), outcome]);
  if (!Array.isArray(said)) throw new Error(said.stderr);
  const address = new URL(String(said[0]).trim());
  const stop = (): Promise<Outcome> => {
    child.kill("SIGINT");
    return outcome;
  };
  stops.push(stop);
  return {
    address: address.href,
    origin: address.origin,
    token: address.searchParams.get("token") ?? "",
    stop,
    kill: () => {
      child.kill("SIGKILL");
      return outcome;
    },
  };
}
