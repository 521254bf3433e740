import { createServer } from "node:http";
import { once } from "node:events";

/** Passes everything on to a server, and keeps the bodies that are posted to a path. */
export async function startRecorder(url, path) {
  const bodies = [];
  const passOn = async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString("utf8");
    if (request.method === "POST" && request.url === path) bodies.push(body);
    const answer = await fetch(`${url}${request.url}`, {
      method: request.method,
      headers: { "content-type": "application/json" },
      ...(body === "" ? {} : { body }),
    });
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(await answer.text());
  };
  const server = createServer((request, response) => void passOn(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    bodies,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
