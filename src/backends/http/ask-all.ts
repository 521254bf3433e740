import { badReply } from "./http-error.ts";
import { ReplyProblem } from "./scoring-api.ts";
import { type HttpRequest, sendAll, type Transport } from "./transport.ts";

/** Sends requests together and reads every reply; what is wrong with one names its request. */
export async function askAll<T>(
  client: Transport,
  requests: readonly HttpRequest[],
  read: (reply: unknown, index: number) => T,
  signal: AbortSignal | undefined,
): Promise<readonly T[]> {
  const replies = await sendAll(client, requests, signal === undefined ? {} : { signal });
  return replies.map((reply, index) => {
    try {
      return read(reply, index);
    } catch (error) {
      if (!(error instanceof ReplyProblem)) throw error;
      throw badReply(client.describe(requests[index] as HttpRequest), error.message, error.hint);
    }
  });
}
