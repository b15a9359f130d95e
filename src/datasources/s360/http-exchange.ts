import { Readable, pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { Pool, type Dispatcher } from 'undici';

/** One HTTP answer, its body inflated and limited. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Readable;
  /** Bytes that crossed the wire so far, request included: what the contract counts. */
  transferredBytes(): number;
}

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Covers the whole exchange, the body included. */
  readonly signal: AbortSignal;
  /** Of the inflated body. */
  readonly maxBytes: number;
}

/** The inflated body grew beyond its limit. */
export class AnswerTooLargeError extends Error {}

/** No connection could be made, so nothing was sent. */
export class NotSentError extends Error {}

const CONNECT_TIMEOUT_MS = 2_000;
/** The contract's bulkhead: more calls at the same time do not make S-360 faster. */
const MAX_CONNECTIONS = 10;
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Keep-alive connections to one S-360. Follows no redirection; time limits are the caller's signal. */
export class HttpExchange {
  private readonly pool: Pool;
  private readonly basePath: string;

  constructor(baseUrl: string) {
    const { origin, pathname } = new URL(baseUrl);
    this.basePath = pathname.replace(/\/$/, '');
    this.pool = new Pool(origin, {
      connections: MAX_CONNECTIONS,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  async post(path: string, xml: string, { headers, signal, maxBytes }: PostOptions): Promise<HttpAnswer> {
    const request = Buffer.from(xml);
    const answer = await this.send({
      path: this.basePath + path,
      method: 'POST',
      headers: { ...headers, 'accept-encoding': 'gzip, deflate' },
      body: request,
      signal,
    });
    let received = 0;
    answer.body.on('data', (chunk: Buffer) => (received += chunk.length));
    answer.body.pause();
    return {
      status: answer.statusCode,
      contentType: String(answer.headers['content-type'] ?? ''),
      body: limited(inflated(answer), maxBytes),
      transferredBytes: () => request.length + received,
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
      const { code } = error as { code?: unknown };
      if (typeof code === 'string' && NEVER_SENT.has(code)) throw new NotSentError(code, { cause: error });
      throw error;
    }
  }
}

function inflated({ headers, body }: Dispatcher.ResponseData): Readable {
  const encoding = String(headers['content-encoding'] ?? 'identity').toLowerCase();
  const inflate =
    encoding === 'gzip'
      ? createGunzip()
      : encoding === 'deflate'
        ? createInflate()
        : encoding === 'br'
          ? createBrotliDecompress()
          : null;
  if (inflate === null) return body;
  // The reader of the inflated stream gets the error; here it only must not be unhandled.
  return pipeline(body, inflate, () => undefined);
}

function limited(source: Readable, maxBytes: number): Readable {
  return Readable.from(countUpTo(source, maxBytes), { objectMode: false, highWaterMark: 64 * 1024 });
}

async function* countUpTo(source: Readable, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new AnswerTooLargeError(`more than ${maxBytes} bytes`);
    yield chunk;
  }
}
