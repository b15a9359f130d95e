import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One exchange as it crossed the wire, inflated. */
export interface RecordedExchange {
  readonly path: string;
  /** Local name of the element in the SOAP body. */
  readonly method: string;
  readonly request: string;
  readonly answer: string;
}

/** Stands before an HTTP server and remembers what is said; it changes nothing. */
export interface HttpRecorder extends AsyncDisposable {
  readonly url: string;
  /** In the order of the answers. */
  readonly exchanges: RecordedExchange[];
}

export async function startRecorder(target: string): Promise<HttpRecorder> {
  const exchanges: RecordedExchange[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      const path = request.url ?? '';
      const answer = await fetch(target + path, {
        method: request.method ?? 'POST',
        headers: { 'content-type': String(request.headers['content-type']), soapaction: '""' },
        body,
      });
      const text = await answer.text();
      const method = /Body>\s*<(?:[\w-]+:)?([\w-]+)/.exec(body)?.[1] ?? '';
      exchanges.push({ path, method, request: body, answer: text });
      response
        .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
        .end(text);
    })().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
