import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { systemClock, type Clock } from '../../src/clock.js';
import type { S360Settings } from '../../src/datasources/s360/settings.js';
import { connectInstitution, type Upstream } from '../../src/datasources/upstream.js';
import { openJournal, type Journal } from '../../src/journal/database.js';

export interface ReceivedCall {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Local name of the wrapper element in the SOAP body. */
  readonly method: string;
  /** Resolves when the gateway gives the connection up. */
  readonly left: Promise<void>;
}

/** What to do about one call: a text is sent as XML with status 200. */
export type Reply =
  string | ((response: ServerResponse, call: ReceivedCall, socket: Socket) => void | Promise<void>);

/** An S-360 that answers any bytes a test can think of. */
export interface RawS360 extends AsyncDisposable {
  readonly url: string;
  /** In the order of arrival. */
  readonly calls: ReceivedCall[];
  /** One reply for each call of the method; the last one stays. */
  reply(method: string, ...replies: readonly Reply[]): void;
}

export async function startRawS360(): Promise<RawS360> {
  const calls: ReceivedCall[] = [];
  const replies = new Map<string, Reply[]>();
  const left = new WeakMap<Socket, Promise<void>>();
  const server = createServer((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const method = /Body>\s*<(?:[\w-]+:)?([\w-]+)/.exec(body)?.[1] ?? '';
    const call = {
      path: request.url ?? '',
      headers: request.headers,
      body,
      method,
      left: left.get(request.socket)!,
    };
    calls.push(call);
    const waiting = replies.get(method) ?? [];
    const reply = waiting.length > 1 ? waiting.shift() : waiting[0];
    if (reply === undefined) response.writeHead(404).end();
    else if (typeof reply === 'string') sendXml(response, reply);
    else await reply(response, call, request.socket);
  }

  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    // A server keeps a socket that its client has left until it has answered: its `end` is what tells.
    const gone = new Promise<void>((resolve) => socket.once('end', resolve).once('close', () => resolve()));
    left.set(socket, gone);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    reply: (method, ...list) => void replies.set(method, [...list]),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

export function sendXml(response: ServerResponse, xml: string | Buffer, status = 200): void {
  response.writeHead(status, { 'content-type': 'text/xml; charset=utf-8' }).end(xml);
}

/** A status with a page, as a proxy answers. */
export function page(status: number, html = `<html><body>Error ${status}<br></body></html>`): Reply {
  return (response) => void response.writeHead(status, { 'content-type': 'text/html' }).end(html);
}

export const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';

type Service = 'CatalogService' | 'AvailabilityService' | 'SetupService';

/** An answer as S-360 writes it: `content` is what the result class holds. */
export function answer(service: Service, method: string, resultClass: string, content: string): string {
  return envelope(
    `<ns2:${method}Response xmlns:ns2="http://v1_33.${service}.service.secutix.com">` +
      `<${resultClass}>${content}</${resultClass}></ns2:${method}Response>`,
  );
}

export function envelope(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="${SOAP}"><S:Body>${body}</S:Body></S:Envelope>`;
}

export function fault(code: string, prefix = 'S'): string {
  return (
    `<${prefix}:Envelope xmlns:${prefix}="${SOAP}"><${prefix}:Body><${prefix}:Fault xmlns:x="urn:x">` +
    `<faultcode>${code}</faultcode><faultstring>secret text of S-360</faultstring>` +
    `</${prefix}:Fault></${prefix}:Body></${prefix}:Envelope>`
  );
}

export const SUCCESS = '<statusCode>success</statusCode>';

export function setupUpdate(content: string): string {
  return answer('CatalogService', 'getLastSetupUpdate', 'LastSetupUpdateResult', content);
}

export const SETUP_UPDATE = setupUpdate(
  `${SUCCESS}<lastSetupUpdate>2026-01-12T09:00:00+01:00</lastSetupUpdate>`,
);

export function catalog(content: string, header = SUCCESS): string {
  return answer('CatalogService', 'getCatalogDetailed', 'CatalogResultDetailed', header + content);
}

export const POINT_OF_SALES = answer(
  'CatalogService',
  'getPOSConfig',
  'POSConfigResult',
  `${SUCCESS}<posConfigData><posId>77</posId><posCode>WEB</posCode><currencyCode>EUR</currencyCode>` +
    '<organizationTimeZone>Europe/Paris</organizationTimeZone></posConfigData>',
);

export const PASSWORD = 'pa55-w0rd-of-the-operator';

export interface ConnectOptions extends Partial<S360Settings> {
  readonly clock?: Clock;
  readonly journal?: Journal;
}

export interface Connected extends Upstream, AsyncDisposable {
  /** Every line logged, at every level. */
  readonly logged: string[];
}

/** A gateway's connection to it, with a journal of its own. */
export async function connectTo(url: string, options: ConnectOptions = {}): Promise<Connected> {
  const { clock = systemClock, journal = openJournal(':memory:'), ...settings } = options;
  const logged: string[] = [];
  const stream = new Writable({
    write: (line: Buffer, _, done) => {
      logged.push(line.toString());
      done();
    },
  });
  const upstream = await connectInstitution(
    {
      institution: 'hall',
      baseUrl: url,
      username: 'HALL_FOYER',
      password: PASSWORD,
      minuteMs: 60_000,
      callsPerMinute: 1_000,
      callsPerMonth: 100_000,
      bytesPerMonth: null,
      catalogScope: 'EXTENDED',
      levels: {},
      ...settings,
    },
    { clock, journal, log: pino({ level: 'trace' }, stream) },
  );
  return {
    ...upstream,
    logged,
    async [Symbol.asyncDispose]() {
      await upstream.stop();
      if (options.journal === undefined) await journal.destroy();
    },
  };
}
