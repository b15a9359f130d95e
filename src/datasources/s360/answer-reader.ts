import { AnswerDecoder, MalformedAnswerError, type WireObject } from './answer-decoder.js';
import { compileShape, type ServiceDescription, type Shape } from './answer-shape.js';
import type { HttpExchange } from './http-exchange.js';
import type { AnswerOptions } from './soap-call.js';

/** S-360 answered with another status than 200, and not with a SOAP fault. */
export class HttpStatusError extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
  }
}

export interface AnswerReaderOptions extends ServiceDescription {
  readonly exchange: HttpExchange;
}

/** The result class of a method: the one element in its response. */
interface Result {
  readonly element: string;
  readonly shape: Shape;
}

/** Small enough that parsing a piece takes a millisecond or two. */
const PIECE_BYTES = 32 * 1024;

/** Posts an envelope and reads the answer as it arrives, in small pieces, so that no answer holds the event loop. */
export class AnswerReader {
  private readonly results: ReadonlyMap<string, Result>;

  constructor(private readonly options: AnswerReaderOptions) {
    this.results = new Map(
      Object.entries(options.methods).map(([method, { output }]) => {
        const [[element, resultClass]] = [...compileShape(output)] as unknown as [[string, { of: Shape }]];
        return [method, { element, shape: resultClass.of }];
      }),
    );
  }

  /** Throws HttpStatusError, MalformedAnswerError, SoapFaultAnswer, or what HttpExchange throws. */
  async ask(xml: string, call: AnswerOptions): Promise<WireObject> {
    const { signal, maxBytes, meter } = call;
    const answer = await this.options.exchange.post(this.options.path, xml, {
      headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
      signal,
      maxBytes,
      meter,
    });
    try {
      // SOAP 1.1 sends faults with 500.
      const mayBeFault = answer.status === 500 && /xml/i.test(answer.contentType);
      if (answer.status !== 200 && !mayBeFault) throw new HttpStatusError(answer.status);
      const result = await this.decode(answer.body, answer.contentType, call).catch((error: unknown) => {
        // What is no fault after all is a broken server, and worth asking again.
        if (answer.status !== 200 && error instanceof MalformedAnswerError)
          throw new HttpStatusError(answer.status);
        throw error;
      });
      // A status that says no around a body that says yes is neither.
      if (answer.status !== 200) throw new HttpStatusError(answer.status);
      return result;
    } finally {
      answer.discard();
    }
  }

  private async decode(
    body: AsyncIterable<Buffer>,
    contentType: string,
    { method, tap, onUnknownMember, pace }: AnswerOptions,
  ): Promise<WireObject> {
    const result = this.results.get(method)!;
    const decoder = new AnswerDecoder({
      namespace: this.options.namespace,
      responseElement: `${method}Response`,
      resultElement: result.element,
      resultShape: result.shape,
      ...(tap ? { tap } : {}),
      ...(onUnknownMember ? { onUnknownMember } : {}),
    });
    const characters = charactersOf(contentType);
    for await (const chunk of body) {
      for (let offset = 0; offset < chunk.length; offset += PIECE_BYTES) {
        decoder.write(characters.read(chunk.subarray(offset, offset + PIECE_BYTES)));
        await new Promise(setImmediate);
        await pace?.();
      }
    }
    decoder.write(characters.end());
    return decoder.end();
  }
}

/** Text from bytes in the character set that the content type names. Wrong bytes are refused, not replaced. */
function charactersOf(contentType: string): { read(bytes: Buffer): string; end(): string } {
  const charset = /;\s*charset="?([\w.:-]{1,40})/i.exec(contentType)?.[1] ?? 'utf-8';
  const decoder = orMalformed(charset, () => new TextDecoder(charset, { fatal: true }));
  return {
    read: (bytes) => orMalformed(charset, () => decoder.decode(bytes, { stream: true })),
    end: () => orMalformed(charset, () => decoder.decode()),
  };
}

function orMalformed<T>(charset: string, decode: () => T): T {
  try {
    return decode();
  } catch {
    throw new MalformedAnswerError(`it is not text in ${charset}`);
  }
}
