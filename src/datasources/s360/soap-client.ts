import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
// Its front door would also load a server, NTLM and XML signatures.
import { Client } from 'soap/lib/client.js';
import { WSSecurity } from 'soap/lib/security/WSSecurity.js';
import type { IHttpClient } from 'soap/lib/types.js';
import { WSDL } from 'soap/lib/wsdl/index.js';
import type { WireObject } from './answer-decoder.js';
import { AnswerReader } from './answer-reader.js';
import type { Description, MethodDescriptions, ServiceDescription } from './answer-shape.js';
import type { HttpExchange } from './http-exchange.js';
import { refuseUnlessXml, RequestFields } from './request-fields.js';
import { descriptionFileOf, soapPathOf, type ServiceName } from './settings.js';
import type { SoapCall, WrittenRequest } from './soap-call.js';

export interface SoapClientOptions {
  readonly service: ServiceName;
  readonly username: string;
  readonly password: string;
  readonly exchange: HttpExchange;
}

/**
 * One service of one institution: `soap` writes the envelope from the description kept in this repository; HTTP and
 * the reading of answers are ours, since `soap`'s own stop the event loop and believe what they get. Errors are
 * InvalidInputError, and those of HttpExchange and AnswerReader, or the reason of the signal; never `soap`'s, which
 * carry the password.
 */
export class SoapClient {
  private constructor(
    private readonly client: Client,
    private readonly fields: RequestFields,
    private readonly description: ServiceDescription,
    private readonly reader: AnswerReader,
  ) {}

  static async open({ service, username, password, exchange }: SoapClientOptions): Promise<SoapClient> {
    refuseUnlessXml('username', username);
    refuseUnlessXml('password', password);
    const wsdl = await loadDescription(service);
    // `soap` only passes the promise on; nobody takes it from there.
    const post: IHttpClient = { request: (...args) => askFor(...args) as never };
    // The address in the description is an example; whoever posts the envelope knows the real one.
    const client = new Client(wsdl, 'https://institution.invalid/', { httpClient: post });
    client.setSecurity(
      new WSSecurity(username, password, {
        passwordType: 'PasswordText',
        mustUnderstand: true,
        hasTimeStamp: false,
        hasTokenCreated: false,
      }),
    );
    const methods = methodsOf(client.describe() as Description);
    const description: ServiceDescription = {
      path: soapPathOf(service),
      namespace: wsdl.definitions.$targetNamespace as string,
      methods,
    };
    const reader = new AnswerReader({ exchange, ...description });
    return new SoapClient(client, new RequestFields(methods), description, reader);
  }

  /** The content of the result class. */
  send(call: SoapCall): Promise<WireObject> {
    return this.exchange(call, (xml) => this.reader.ask(xml, call));
  }

  /** As `send`, but `post` sends the envelope and reads the answer. */
  sendBy(
    call: Pick<SoapCall, 'method' | 'args' | 'signal'>,
    post: (request: WrittenRequest) => Promise<WireObject>,
  ): Promise<WireObject> {
    const { method } = call;
    const methods = { [method]: this.description.methods[method]! };
    return this.exchange(call, (xml) => post({ xml, description: { ...this.description, methods } }));
  }

  private async exchange(
    { method, args, signal }: Pick<SoapCall, 'method' | 'args' | 'signal'>,
    ask: (xml: string) => Promise<WireObject>,
  ): Promise<WireObject> {
    const fields = this.fields.of(method, args);
    const exchange: Exchange = { method, signal, ask, failure: null };
    try {
      const methods = this.client as unknown as PromisedMethods;
      const [result] = await methods[`${method}Async`]!(fields, { exchange });
      return result;
    } catch {
      // `soap` hangs request and credentials on its errors: only what we noted ourselves leaves this file.
      throw exchange.failure ?? new Error('the request could not be written');
    } finally {
      // `soap` keeps the last request, credentials included, for debugging.
      this.client.lastRequest = '';
      this.client.lastResponse = null;
    }
  }
}

const descriptions = new Map<ServiceName, Promise<DecodedWsdl>>();

/** The service's WSDL, read once for all institutions: it takes longer than anybody should wait who is being served. */
export function loadDescription(service: ServiceName): Promise<WSDL> {
  const known = descriptions.get(service);
  if (known !== undefined) return known;
  const reading = readDescription(service);
  descriptions.set(service, reading);
  return reading;
}

async function readDescription(service: ServiceName): Promise<DecodedWsdl> {
  const file = new URL(`../../../wsdl/${descriptionFileOf(service)}`, import.meta.url);
  const wsdl = new DecodedWsdl(await readFile(file, 'utf8'), fileURLToPath(file), {});
  await new Promise<void>((resolve, reject) =>
    wsdl.onReady((error?: Error | null) => (error ? reject(error) : resolve())),
  );
  return wsdl;
}

type PromisedMethods = Record<string, (args: object, options: object) => Promise<[WireObject]>>;

/** What one call needs on its way through `soap`, and what came of it. */
interface Exchange {
  readonly method: string;
  readonly signal: AbortSignal;
  readonly ask: (xml: string) => Promise<WireObject>;
  failure: unknown;
}

/** What `soap` gets for an answer: already decoded, under the name it looks for. */
interface DecodedAnswer {
  readonly element: string;
  readonly result: WireObject;
}

/** Stands where `soap` expects its HTTP client: gets the finished envelope, calls back with the decoded answer. */
async function askFor(...[, xml, callback, , options]: Parameters<IHttpClient['request']>): Promise<void> {
  const { exchange } = options as unknown as { exchange: Exchange };
  const { method, signal, ask } = exchange;
  let decoded: DecodedAnswer;
  try {
    decoded = { element: `${method}Response`, result: await ask(String(xml)) };
  } catch (error) {
    exchange.failure = signal.aborted ? signal.reason : error;
    callback(new Error('the exchange failed'));
    return;
  }
  callback(null, { status: 200, headers: {} }, decoded);
}

/** Hands `soap` what the reader decoded, instead of parsing. */
class DecodedWsdl extends WSDL {
  override xmlToObject({ element, result }: DecodedAnswer): object {
    return { Body: { [element]: result } };
  }
}

/** `describe()` without its two outer levels, service and port. */
function methodsOf(description: Description): MethodDescriptions {
  const [service] = Object.values(description) as Description[];
  const [port] = Object.values(service!) as Description[];
  return port as unknown as MethodDescriptions;
}
