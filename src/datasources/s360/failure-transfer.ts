import { MalformedAnswerError, SoapFaultAnswer } from './answer-decoder.js';
import { HttpStatusError } from './answer-reader.js';
import { AnswerTooLargeError, NotSentError } from './http-exchange.js';

/** A failure of an exchange as it can be sent between threads, which would make plain Errors of our classes. */
export type SentFailure =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'fault'; readonly faultCode: string }
  | { readonly kind: 'malformed' | 'too-large' | 'not-sent'; readonly message: string }
  | { readonly kind: 'broken'; readonly code: string };

export function packFailure(failure: unknown): SentFailure {
  if (failure instanceof HttpStatusError) return { kind: 'status', status: failure.status };
  if (failure instanceof SoapFaultAnswer) return { kind: 'fault', faultCode: failure.faultCode };
  if (failure instanceof MalformedAnswerError) return { kind: 'malformed', message: failure.message };
  if (failure instanceof AnswerTooLargeError) return { kind: 'too-large', message: failure.message };
  if (failure instanceof NotSentError) return { kind: 'not-sent', message: failure.message };
  const code = (failure as { code?: unknown } | null)?.code;
  return { kind: 'broken', code: typeof code === 'string' ? code : '' };
}

export function unpackFailure(sent: SentFailure): Error {
  switch (sent.kind) {
    case 'status':
      return new HttpStatusError(sent.status);
    case 'fault':
      return new SoapFaultAnswer(sent.faultCode);
    case 'malformed':
      return new MalformedAnswerError(sent.message);
    case 'too-large':
      return new AnswerTooLargeError(sent.message);
    case 'not-sent':
      return new NotSentError(sent.message);
    case 'broken':
      return Object.assign(new Error('the connection broke'), { code: sent.code });
  }
}
