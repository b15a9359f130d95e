import {
  UpstreamAuthenticationError,
  UpstreamFaultError,
  UpstreamRateLimitedError,
  UpstreamShapeError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
  type UpstreamCall,
  type UpstreamError,
} from '../../errors.js';
import { MalformedAnswerError, SoapFaultAnswer, type WireObject } from './answer-decoder.js';
import { HttpStatusError } from './envelope-client.js';
import { AUTHENTICATION_FAULTS, IN_PROGRESS, SUCCESS } from './guesses.js';
import { AnswerTooLargeError, NotSentError } from './http-exchange.js';

/** The deadline of the whole call passed; given to AbortController as the reason. */
export class DeadlinePassedError extends Error {}

/**
 * The one table from what can go wrong on the way to S-360 and back to our errors. None of them keeps S-360's own
 * text, nor an error of the libraries below, which may hold the request and with it the password.
 */
export function upstreamErrorOf(call: UpstreamCall, failure: unknown, throttledForMs: number): UpstreamError {
  if (failure instanceof DeadlinePassedError) return new UpstreamTimeoutError(call, failure.message);
  if (failure instanceof NotSentError)
    return new UpstreamUnavailableError(call, `no connection (${failure.message})`);
  if (failure instanceof HttpStatusError) return errorOfStatus(call, failure.status, throttledForMs);
  if (failure instanceof SoapFaultAnswer) {
    return AUTHENTICATION_FAULTS.has(failure.faultCode)
      ? new UpstreamAuthenticationError(call, 'S-360 refuses the name or password of the operator')
      : new UpstreamFaultError(call, failure.faultCode);
  }
  if (failure instanceof MalformedAnswerError || failure instanceof AnswerTooLargeError) {
    return new UpstreamShapeError(call, `the answer was refused: ${failure.message}`);
  }
  return new UpstreamUnavailableError(call, `the connection broke (${codeOf(failure)})`);
}

function errorOfStatus(call: UpstreamCall, status: number, throttledForMs: number): UpstreamError {
  switch (status) {
    // 509 is announced to become 429.
    case 509:
    case 429:
      return new UpstreamRateLimitedError(call, `S-360 answered HTTP ${status}`, 'S360', {
        retryAfterMs: throttledForMs,
      });
    case 401:
    case 403:
      return new UpstreamAuthenticationError(call, `S-360 answered HTTP ${status}`);
    default:
      return new UpstreamUnavailableError(call, `S-360 answered HTTP ${status}`);
  }
}

/** Throws for a refusal inside a 200. `in_progress` is no refusal: it is answered as such. */
export function checkStatusCode(call: UpstreamCall, result: WireObject): 'success' | 'in_progress' {
  const { statusCode } = result;
  if (statusCode === SUCCESS) return 'success';
  if (statusCode === IN_PROGRESS) return 'in_progress';
  if (typeof statusCode !== 'string' || statusCode.trim() === '') {
    throw new UpstreamShapeError(call, 'the answer has no statusCode');
  }
  throw new UpstreamFaultError(call, statusCode.slice(0, 100));
}

/** A library's short code, never its message. */
function codeOf(failure: unknown): string {
  const code = (failure as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : 'no code';
}
