import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Client, WSDL, WSSecurity, type IHttpClient } from 'soap';
import { AnswerDecoder, type ItemTap, type WireObject } from './answer-decoder.js';
import { compileShape, type Description, type Shape } from './answer-shape.js';
import type { HttpAnswer, HttpExchange } from './http-exchange.js';
import { SERVICE_PATHS, type ServiceName } from './settings.js';

/** One exchange of SOAP messages, without any policy: what to ask and how the answer may be. */
export interface EnvelopeCall {
  readonly method: string;
  /** In the order of the service description; strings, booleans and lists of strings. */
  readonly args: EnvelopeArguments;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  readonly tap?: ItemTap;
  readonly onUnknownMember?: (path: string) => void;
  /** Awaited between pieces of the answer: holds the stream back while its reader has enough to do. */
  readonly pace?: () => Promise<void>;
}

export type EnvelopeArguments = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface EnvelopeAnswer {
  readonly result: WireObject;
  readonly transferredBytes: number;
}

/** S-360 answered with another status than 200, and not with a SOAP fault. */
export class HttpStatusError extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
  }
}

export interface EnvelopeClientOptions {
  readonly service: ServiceName;
  readonly username: string;
  readonly password: string;
  readonly exchange: HttpExchange;
}

/**
 * One service of one institution: `soap` writes the envelope from the description kept in this repository; HTTP and
 * the reading of answers are ours, since `soap`'s own stop the event loop and believe what they get. Errors are
 * those of HttpExchange and AnswerDecoder, HttpStatusError, or AbortError; never `soap`'s, which carry the password.
 */
export class EnvelopeClient {
  private constructor(private readonly client: Client) {}

  static async open({
    service,
    username,
    password,
    exchange,
  }: EnvelopeClientOptions): Promise<EnvelopeClient> {
    const file = new URL(`../../../wsdl/v1_33/${service}.wsdl`, import.meta.url);
    const text = await readFile(file, 'utf8');
    const reader = new AnswerReader(exchange, SERVICE_PATHS[service]);
    const wsdl = new DecodedWsdl(text, fileURLToPath(file), {});
    await new Promise<void>((resolve, reject) =>
      wsdl.onReady((error?: Error | null) => (error ? reject(error) : resolve())),
    );
    // The address in the description is an example; the reader knows the real one.
    const client = new Client(wsdl, 'https://institution.invalid/', { httpClient: reader });
    client.setSecurity(
      new WSSecurity(username, password, {
        passwordType: 'PasswordText',
        mustUnderstand: true,
        hasTimeStamp: false,
        hasTokenCreated: false,
      }),
    );
    reader.describe(wsdl.definitions.$targetNamespace as string, client.describe() as Description);
    return new EnvelopeClient(client);
  }

  async send(call: EnvelopeCall): Promise<EnvelopeAnswer> {
    const exchange: Exchange = { call, answer: null, failure: null };
    try {
      const methods = this.client as unknown as PromisedMethods;
      const [result] = await methods[`${call.method}Async`]!(definedOnly(call.args), { exchange });
      return { result, transferredBytes: exchange.answer!.transferredBytes() };
    } catch {
      // `soap` hangs request and credentials on its errors: only what we noted ourselves leaves this file.
      throw exchange.failure ?? new Error('the request could not be written');
    } finally {
      exchange.answer?.body.destroy();
      // `soap` keeps the last request, credentials included, for debugging.
      this.client.lastRequest = '';
      this.client.lastResponse = null;
    }
  }
}

type PromisedMethods = Record<string, (args: object, options: object) => Promise<[WireObject]>>;

/** What one call needs on its way through `soap`, and what came of it. */
interface Exchange {
  readonly call: EnvelopeCall;
  answer: HttpAnswer | null;
  failure: unknown;
}

/** What `soap` gets for an answer: already decoded, under the name it looks for. */
interface DecodedAnswer {
  readonly element: string;
  readonly result: WireObject;
}

/** Stands where `soap` expects its HTTP client. */
class AnswerReader implements IHttpClient {
  private namespace = '';
  private readonly resultShapes = new Map<string, Shape>();

  constructor(
    private readonly exchange: HttpExchange,
    private readonly path: string,
  ) {}

  describe(namespace: string, description: Description): void {
    this.namespace = namespace;
    const [service] = Object.values(description) as Description[];
    const [port] = Object.values(service!) as Description[];
    for (const [method, { output }] of Object.entries(port as Record<string, { output: Description }>)) {
      const [resultClass] = compileShape(output).values();
      this.resultShapes.set(method, resultClass!.of as Shape);
    }
  }

  /** Called by `soap` with the finished envelope. */
  request(
    ...[, xml, callback, , options]: Parameters<IHttpClient['request']>
  ): ReturnType<IHttpClient['request']> {
    const { exchange } = options as unknown as { exchange: Exchange };
    void this.answer(String(xml), exchange, callback);
    // `soap` only passes the promise on; nobody takes it from there.
    return Promise.resolve() as never;
  }

  private async answer(
    xml: string,
    exchange: Exchange,
    callback: Parameters<IHttpClient['request']>[2],
  ): Promise<void> {
    const { signal } = exchange.call;
    let decoded: DecodedAnswer;
    try {
      decoded = await this.ask(xml, exchange);
    } catch (error) {
      exchange.failure = signal.aborted ? signal.reason : error;
      callback(new Error('the exchange failed'));
      return;
    }
    callback(null, { status: 200, headers: {} }, decoded);
  }

  private async ask(xml: string, exchange: Exchange): Promise<DecodedAnswer> {
    const { method, signal, maxBytes, tap, onUnknownMember, pace } = exchange.call;
    const answer = await this.exchange.post(this.path, xml, {
      headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
      signal,
      maxBytes,
    });
    exchange.answer = answer;
    const mayBeFault = answer.status === 500 && /xml/i.test(answer.contentType);
    if (answer.status !== 200 && !mayBeFault) throw new HttpStatusError(answer.status);
    const element = `${method}Response`;
    const decoder = new AnswerDecoder({
      namespace: this.namespace,
      responseElement: element,
      resultShape: this.resultShapes.get(method)!,
      ...(tap ? { tap } : {}),
      ...(onUnknownMember ? { onUnknownMember } : {}),
    });
    const result = await decode(decoder, answer.body, pace);
    // A status that says no around a body that says yes is neither.
    if (answer.status !== 200) throw new HttpStatusError(answer.status);
    return { element, result };
  }
}

/** Small enough that parsing a piece takes a millisecond or two. */
const PIECE_BYTES = 32 * 1024;

async function decode(
  decoder: AnswerDecoder,
  body: Readable,
  pace?: () => Promise<void>,
): Promise<WireObject> {
  const utf8 = new TextDecoder('utf-8');
  for await (const chunk of body as AsyncIterable<Buffer>) {
    for (let offset = 0; offset < chunk.length; offset += PIECE_BYTES) {
      decoder.write(utf8.decode(chunk.subarray(offset, offset + PIECE_BYTES), { stream: true }));
      await new Promise(setImmediate);
      await pace?.();
    }
  }
  decoder.write(utf8.decode());
  return decoder.end();
}

/** Hands `soap` what the reader decoded, instead of parsing. */
class DecodedWsdl extends WSDL {
  override xmlToObject({ element, result }: DecodedAnswer): object {
    return { Body: { [element]: result } };
  }
}

function definedOnly(args: EnvelopeArguments): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}
