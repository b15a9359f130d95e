import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, type Gunzip } from 'node:zlib';
import { Pool, type Dispatcher } from 'undici';
import { CORRELATION_HEADER, correlationId } from '../../correlation.js';

/** One HTTP answer, its body inflated and limited. Whoever gets it reads the body to its end or calls `discard`. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: AsyncIterable<Buffer>;
  /** Gives the connection up if there is more to come. */
  discard(): void;
}

/** Bytes that crossed the wire in both directions so far, as they are sent: what the contract counts. */
export interface TransferMeter {
  bytes: number;
}

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Covers the whole exchange, the body included. */
  readonly signal: AbortSignal;
  /** Of the inflated body. */
  readonly maxBytes: number;
  readonly meter: TransferMeter;
}

/** The inflated body grew beyond its limit. */
export class AnswerTooLargeError extends Error {}

/** No connection could be made, so nothing was sent. The message is the system's short code. */
export class NotSentError extends Error {}

const CONNECT_TIMEOUT_MS = 2_000;
/** More calls at the same time do not make S-360 faster. */
const MAX_CONNECTIONS = 10;

/** Keep-alive connections to one S-360. Follows no redirection; time limits are the caller's signal. */
export class HttpExchange {
  private readonly pool: Pool;
  private readonly basePath: string;

  /** `onDate` is told the `Date` header of every answer. */
  constructor(
    baseUrl: string,
    private readonly onDate: (header: string | undefined) => void = () => undefined,
  ) {
    const { origin, pathname } = new URL(baseUrl);
    this.basePath = pathname.replace(/\/$/, '');
    this.pool = new Pool(origin, {
      connections: MAX_CONNECTIONS,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  async post(path: string, xml: string, options: PostOptions): Promise<HttpAnswer> {
    const { headers, signal, maxBytes, meter } = options;
    const request = Buffer.from(xml);
    const answer = await this.send({
      path: this.basePath + path,
      method: 'POST',
      headers: { ...headers, ...correlation(), 'accept-encoding': 'gzip, deflate' },
      body: request,
      signal,
    });
    this.onDate(answer.headers['date']?.toString());
    meter.bytes += request.length;
    answer.body.on('data', (chunk: Buffer) => (meter.bytes += chunk.length));
    answer.body.pause();
    // Who reads the body gets the error; where nobody does, it must not be unhandled.
    answer.body.on('error', () => undefined);
    return {
      status: answer.statusCode,
      contentType: String(answer.headers['content-type'] ?? ''),
      body: limited(inflated(answer), maxBytes),
      discard: () => void answer.body.destroy(),
    };
  }

  /** Cuts what is still under way. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private async send(options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> {
    try {
      return await this.pool.request(options);
    } catch (error) {
      if (neverConnected(error)) throw new NotSentError((error as { code: string }).code, { cause: error });
      throw error;
    }
  }
}

/** S-360 is not known to do anything with it; whatever stands between can write it down. */
function correlation(): Readonly<Record<string, string>> {
  const id = correlationId();
  return id === undefined ? {} : { [CORRELATION_HEADER]: id };
}

const CONNECTING = new Set(['connect', 'getaddrinfo']);
/** Node's codes of a server whose certificate is not accepted, before the first byte of a request. */
const TLS_REFUSAL =
  /^(ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(GET|VERIFY|DECRYPT))/;

/** True only for what surely happened before a request could be written. */
function neverConnected(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(neverConnected);
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  if (typeof code !== 'string') return false;
  return (
    code === 'UND_ERR_CONNECT_TIMEOUT' ||
    TLS_REFUSAL.test(code) ||
    (typeof syscall === 'string' && CONNECTING.has(syscall))
  );
}

function inflated({ headers, body }: Dispatcher.ResponseData): Readable {
  const inflate = inflaterOf(String(headers['content-encoding'] ?? 'identity').toLowerCase());
  if (inflate === null) return body;
  // The reader of the inflated stream gets the error; here it only must not be unhandled.
  return pipeline(body, inflate, () => undefined);
}

function inflaterOf(encoding: string): Gunzip | null {
  switch (encoding) {
    case 'gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    // Not asked for, but seen from servers that do not look.
    case 'br':
      return createBrotliDecompress();
    default:
      return null;
  }
}

async function* limited(source: Readable, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new AnswerTooLargeError(`more than ${maxBytes} bytes`);
    yield chunk;
  }
}
