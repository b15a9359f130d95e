import type { ItemTap } from './answer-decoder.js';
import type { ServiceDescription } from './answer-shape.js';
import type { TransferMeter } from './http-exchange.js';

/** What a method is called with: undefined is left out, a list is the element repeated, an object its members. */
export interface SoapArguments {
  readonly [member: string]: SoapValue | readonly SoapValue[] | undefined;
}

export type SoapValue = string | boolean | SoapArguments;

/** One exchange of SOAP messages, without any policy: what to ask and how the answer may be. */
export interface SoapCall extends AnswerOptions {
  readonly args: SoapArguments;
}

/** How the answer may be. */
export interface AnswerOptions {
  readonly method: string;
  readonly signal: AbortSignal;
  /** Of the inflated answer. */
  readonly maxBytes: number;
  readonly meter: TransferMeter;
  readonly tap?: ItemTap;
  readonly onUnknownMember?: (path: string) => void;
  /** Awaited between pieces of the answer: holds the stream back while its reader has enough to do. */
  readonly pace?: () => Promise<void>;
}

/** A finished envelope, credentials included, with what is needed to read its answer: plain data, for another thread. */
export interface WrittenRequest {
  readonly xml: string;
  readonly description: ServiceDescription;
}
