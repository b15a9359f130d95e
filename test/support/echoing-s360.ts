import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How an answer can give back what was asked: each is sent instead of the sandbox's own answer. */
export const ECHOES = ['fault', 'code', 'status', 'page', 'malformed', 'words', 'reset'] as const;
export type Echo = (typeof ECHOES)[number];

/** Stands before the sandbox, remembers what is said, and answers with the request itself when it is told to. */
export interface EchoingS360 extends AsyncDisposable {
  readonly url: string;
  /** Requests, credentials included. */
  heard(): string;
  /** Answers. */
  said(): string;
  /** How often a request was given back so. */
  echoed(echo: Echo): number;
  /** The next call of a service whose path has this name. */
  echoNext(service: string, echo: Echo): void;
}

export interface EchoingS360Options {
  /** Of every ticket. */
  readonly holder: string;
}

export async function startEchoingS360(target: string, { holder }: EchoingS360Options): Promise<EchoingS360> {
  const heard: string[] = [];
  const said: string[] = [];
  const waiting: { readonly service: string; readonly echo: Echo }[] = [];
  const counts = new Map<Echo, number>();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const path = request.url ?? '';
    heard.push(`${path}\n${body}`);
    const index = waiting.findIndex(({ service }) => path.includes(service) && body !== '');
    const [next] = index < 0 ? [] : waiting.splice(index, 1);
    if (next !== undefined) {
      counts.set(next.echo, (counts.get(next.echo) ?? 0) + 1);
      return giveBack(next.echo, body, response);
    }
    const answer = await fetch(target + path, {
      method: request.method ?? 'POST',
      headers: { 'content-type': String(request.headers['content-type'] ?? 'text/xml'), soapaction: '""' },
      ...(body === '' ? {} : { body }),
    });
    const text = withHolder(await answer.text(), holder);
    said.push(text);
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(text);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: () => heard.join('\n'),
    said: () => said.join('\n'),
    echoed: (echo) => counts.get(echo) ?? 0,
    echoNext: (service, echo) => void waiting.push({ service, echo }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';

function giveBack(echo: Echo, body: string, response: ServerResponse): void {
  const text = textOf(body);
  const send = (status: number, type: string, answer: string): void => {
    response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(answer);
  };
  const xml = (status: number, content: string): void =>
    send(status, 'text/xml', `<S:Envelope xmlns:S="${SOAP}"><S:Body>${content}</S:Body></S:Envelope>`);
  switch (echo) {
    case 'fault':
      return xml(
        500,
        `<S:Fault><faultcode>S:Server</faultcode><faultstring>${text}</faultstring><detail>${text}</detail></S:Fault>`,
      );
    case 'code':
      return xml(500, `<S:Fault><faultcode>${text}</faultcode><faultstring>${text}</faultstring></S:Fault>`);
    case 'status':
      return xml(
        200,
        resultOf(body, `<statusCode>${text}</statusCode><statusMessage>${text}</statusMessage>`),
      );
    case 'page':
      return send(500, 'text/html', `<html><body>${text}</body></html>`);
    case 'malformed':
      return send(200, 'text/xml', `<S:Envelope xmlns:S="${SOAP}"><S:Body><${text}`);
    case 'words':
      return xml(200, resultOf(body, `<statusCode>success</statusCode>${everyMember(text)}`));
    case 'reset':
      response.socket?.write(`HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n\r\n<${text.slice(0, 60)}`);
      response.socket?.resetAndDestroy();
  }
}

/** The sandbox knows none. */
function withHolder(answer: string, holder: string): string {
  const name = `<beneficiaryLastname>${holder}</beneficiaryLastname>`;
  return answer.replaceAll(/<movementDatas>/g, (start) => start + name);
}

/** What the request says, without its elements. */
function textOf(body: string): string {
  return body
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Where S-360 has a word or a number, it has the text. */
function everyMember(text: string): string {
  return [
    'requestState',
    'contactNumber',
    'state',
    'kind',
    'type',
    'country',
    'languageCode',
    'fileState',
    'fileId',
  ]
    .map((name) => `<${name}>${text}</${name}>`)
    .join('');
}

/** The result class of the method, as far as the request tells of it. */
function resultOf(body: string, content: string): string {
  const [, prefix = '', method = ''] = /Body[^>]*>\s*<(?:([\w-]+):)?([\w-]+)/.exec(body) ?? [];
  const [, namespace = ''] =
    new RegExp(`xmlns${prefix === '' ? '' : `:${prefix}`}="([^"]*)"`).exec(body) ?? [];
  return `<r:${method}Response xmlns:r="${namespace}"><result>${content}</result></r:${method}Response>`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
