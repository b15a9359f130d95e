import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { connectInstitution, type Upstream } from '../../src/datasources/upstream.js';
import type { S360Settings } from '../../src/datasources/s360/settings.js';
import { systemClock, type Clock } from '../../src/clock.js';
import { openJournal, type Journal } from '../../src/journal/database.js';

/** What arrived at the scripted server. */
export interface ReceivedCall {
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Script = (call: ReceivedCall, response: ServerResponse) => void | Promise<void>;

/** An S-360 that says, byte for byte, what a test wants. */
export interface ScriptedS360 extends AsyncDisposable {
  readonly baseUrl: string;
  readonly received: ReceivedCall[];
  /** How many TCP connections were ever made. */
  connections(): number;
  /** From now on; `method` is a name such as `getPOSConfig`, or `*` for all others. */
  on(method: string, script: Script): void;
  callsOf(method: string): number;
}

export async function startScriptedS360(): Promise<ScriptedS360> {
  const received: ReceivedCall[] = [];
  const scripts = new Map<string, Script>();
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const method = /<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)/.exec(body)?.[1] ?? '';
    const call = { path: request.url ?? '', method, headers: request.headers, body };
    received.push(call);
    await (scripts.get(method) ?? scripts.get('*') ?? notScripted)(call, response);
  }
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/house`,
    received,
    connections: () => sockets.size,
    on: (method, script) => void scripts.set(method, script),
    callsOf: (name) => received.filter(({ method }) => method === name).length,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const notScripted: Script = (_, response) => void response.writeHead(404).end();

/** Answers with `body` as S-360 would. */
export function xml(body: string, status = 200): Script {
  return (_, response) =>
    void response.writeHead(status, { 'content-type': 'text/xml;charset=utf-8' }).end(body);
}

/** A success of `method`, with `members` inside its result class. */
export function success(service: string, method: string, resultClass: string, members: string): Script {
  return xml(
    envelope(service, method, `<${resultClass}><statusCode>success</statusCode>${members}</${resultClass}>`),
  );
}

export function envelope(service: string, method: string, content: string): string {
  return (
    '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>' +
    `<ns2:${method}Response xmlns:ns2="http://v1_33.${service}.service.secutix.com">${content}</ns2:${method}Response>` +
    '</S:Body></S:Envelope>'
  );
}

export const POS_CONFIG =
  '<posConfigData><posId>10229000000501</posId><posCode>WEB</posCode>' +
  '<organizationTimeZone>Europe/Paris</organizationTimeZone><currencyCode>EUR</currencyCode></posConfigData>';

export const PASSWORD = 'Pa55<word>&"canary';

export interface ConnectOptions extends Partial<S360Settings> {
  readonly clock?: Clock;
  readonly journal?: Journal;
}

export interface ConnectedS360 extends Upstream, AsyncDisposable {
  /** Everything that was logged, as text. */
  logged(): string;
}

/** The adapter, connected to a scripted server or to nothing at all. */
export async function connect(
  baseUrl: string,
  { clock = systemClock, journal = openJournal(':memory:'), ...settings }: ConnectOptions = {},
): Promise<ConnectedS360> {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => void lines.push(line) });
  const upstream = await connectInstitution(
    {
      institution: 'house',
      baseUrl,
      username: 'HOUSE_FOYER',
      password: PASSWORD,
      minuteMs: 60_000,
      callsPerMinute: 70,
      callsPerMonth: 10_000,
      bytesPerMonth: null,
      catalogScope: 'EXTENDED',
      levels: {},
      ...settings,
    },
    { clock, journal, log },
  );
  return { ...upstream, logged: () => lines.join(''), [Symbol.asyncDispose]: () => upstream.stop() };
}

/** The error that `promise` rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}
