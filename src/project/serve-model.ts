import { randomInt, randomUUID } from "node:crypto";
import { basename } from "node:path";
import { DATE_STRING } from "../backends/encoding/fixed-date.ts";
import { isEndpointAddress } from "../core/endpoint.ts";
import { usageError } from "../core/errors.ts";
import { checkReach } from "../serving/guard.ts";
import { type RunningServer, serve } from "../serving/serve.ts";
import { findWeights, loadWeights, type ModelAccess, type ModelChoice } from "./open-model.ts";

/** What is served, where, and to whom. */
export interface ServeChoice extends ModelChoice {
  /** The model's name for clients; null: its own. */
  readonly servedName: string | null;
  readonly host: string;
  readonly port: number;
  /** Name of the environment variable with the key that clients have to send; null: none. */
  readonly keyVariable: string | null;
  readonly maximumWaiting: number;
  readonly maximumBodyBytes: number;
}

/** What a server needs from outside. */
export interface ServeAccess extends ModelAccess {
  /** Of pmpo. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Told of failures that are not the client's. */
  readonly onFailure: (error: unknown) => void;
}

/** A model that is being served. */
export interface ServedModel extends RunningServer {
  /** Its name for clients. */
  readonly name: string;
}

/** Loads a model and serves it. Rejects with a PmpoError. */
export async function serveModel(choice: ServeChoice, access: ServeAccess): Promise<ServedModel> {
  if (isEndpointAddress(choice.name)) {
    throw usageError(
      "SERVE_NOT_A_FILE",
      `${choice.name} is a server already`,
      "Name a model of the catalogue, an hf: address or the path of a GGUF file.",
    );
  }
  const key = readKey(choice.keyVariable, access.environment);
  // Before a large model is loaded in vain.
  checkReach(choice.host, key);
  const name = choice.servedName ?? shortName(choice.name);
  const model = await loadWeights(await findWeights(choice.name, access), choice, access);
  try {
    const { host, port, maximumBodyBytes, maximumWaiting } = choice;
    const { clock, onFailure, version } = access;
    const server = await serve({
      model,
      name,
      version,
      key,
      host,
      port,
      maximumBodyBytes,
      maximumWaiting,
      clock,
      onFailure,
      templateDate: DATE_STRING,
      randomSeed: () => randomInt(2 ** 31),
      newId: randomUUID,
    });
    const close = async (): Promise<void> => {
      await server.close();
      await model[Symbol.asyncDispose]();
    };
    return { ...server, name, close };
  } catch (error) {
    await model[Symbol.asyncDispose]();
    throw error;
  }
}

function readKey(variable: string | null, environment: NodeJS.ProcessEnv): string | null {
  if (variable === null) return null;
  const key = environment[variable];
  if (key !== undefined && key.trim() !== "") return key;
  throw usageError(
    "SERVE_KEY_EMPTY",
    `The environment variable ${variable} is not set, or empty`,
    "It has to hold the key that clients send.",
  );
}

/** A file is called by its name, without folder and ending. */
function shortName(name: string): string {
  return name.startsWith("hf:") ? name : basename(name).replace(/\.gguf$/i, "");
}
