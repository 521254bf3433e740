import { errorBody } from "./api-error.ts";
import { apiErrorOf } from "./failure.ts";

/**
 * Events of JSON as a server sends them, `[DONE]` at the end. What fails midway is told as an event.
 *
 * @param onGone called when nobody reads any more, or what was begun has failed
 */
export function eventStream(events: AsyncIterable<object>, onGone: () => void): Response {
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
        send(JSON.stringify(errorBody(apiErrorOf(error))));
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
