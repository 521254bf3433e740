import { errorBody } from "./api-error.ts";
import { apiErrorOf, isOwnFailure } from "./failure.ts";

/**
 * Events of JSON as a server sends them, `[DONE]` at the end. What fails midway is told as an event.
 *
 * @param onGone called when nobody reads any more, or what was begun has failed
 * @param onFailure told of failures that are not the client's
 */
export function eventStream(
  events: AsyncIterable<object>,
  onGone: () => void,
  onFailure: (error: unknown) => void,
): Response {
  const encoder = new TextEncoder();
  const iterator = events[Symbol.asyncIterator]();
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const send = (data: string): void => controller.enqueue(encoder.encode(`data: ${data}\n\n`));
      try {
        const { done, value } = await iterator.next();
        if (done !== true) {
          send(JSON.stringify(value));
          return;
        }
        send("[DONE]");
      } catch (error) {
        onGone();
        const told = apiErrorOf(error);
        if (isOwnFailure(told)) onFailure(error);
        send(JSON.stringify(errorBody(told)));
      }
      controller.close();
    },
    cancel: async () => {
      onGone();
      await iterator.return?.();
    },
  });
  return new Response(body, {
    headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" },
  });
}
