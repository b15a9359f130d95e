import {
  InvalidInputError,
  UpstreamAuthenticationError,
  UpstreamFaultError,
  UpstreamRateLimitedError,
  UpstreamShapeError,
  UpstreamTimeoutError,
  UpstreamUnavailableError,
  UpstreamError,
  type UpstreamCall,
} from '../../errors.js';
import { MalformedAnswerError, SoapFaultAnswer, type WireObject } from './answer-decoder.js';
import { HttpStatusError } from './answer-reader.js';
import { DeadlinePassedError } from './deadline.js';
import { AUTHENTICATION_FAULTS, CODES_OF_BREAKDOWN, IN_PROGRESS, JOB_FAILED, SUCCESS } from './guesses.js';
import { AnswerTooLargeError, NotSentError } from './http-exchange.js';

/**
 * The one table from what can go wrong on the way to S-360 and back to our errors. None of them keeps S-360's own
 * text, nor an error of the libraries below, which may hold the request and with it the password.
 */
export function upstreamErrorOf(
  call: UpstreamCall,
  failure: unknown,
  throttledForMs: number,
): UpstreamError | InvalidInputError {
  // Ours already.
  if (failure instanceof UpstreamError || failure instanceof InvalidInputError) return failure;
  if (failure instanceof DeadlinePassedError) return new UpstreamTimeoutError(call, failure.message);
  if (failure instanceof NotSentError)
    return new UpstreamUnavailableError(call, `no connection (${failure.message})`, { fate: 'not done' });
  if (failure instanceof HttpStatusError) return errorOfStatus(call, failure.status, throttledForMs);
  if (failure instanceof SoapFaultAnswer) {
    return AUTHENTICATION_FAULTS.has(failure.faultCode)
      ? new UpstreamAuthenticationError(call, 'S-360 refuses the name or password of the operator')
      : new UpstreamFaultError(call, codeIn(failure.faultCode));
  }
  if (failure instanceof MalformedAnswerError || failure instanceof AnswerTooLargeError) {
    return new UpstreamShapeError(call, `the answer was refused: ${failure.message}`);
  }
  const code = codeOf(failure);
  if (OF_INFLATING.test(code)) return new UpstreamShapeError(call, `the answer cannot be inflated (${code})`);
  return new UpstreamUnavailableError(call, `the connection broke (${code})`);
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

export type JobState = 'done' | 'in progress';

/** Throws for a refusal inside a 200: UpstreamFaultError, or UpstreamShapeError where S-360 says nothing at all. */
export function jobStateOf(call: UpstreamCall, { statusCode, requestState }: WireObject): JobState {
  const code = typeof statusCode === 'string' ? statusCode.trim() : '';
  if (code === '') throw new UpstreamShapeError(call, 'the answer has no statusCode');
  if (code === SUCCESS) return 'done';
  if (code !== IN_PROGRESS) {
    const fate = CODES_OF_BREAKDOWN.has(code) ? 'unknown' : 'refused';
    throw new UpstreamFaultError(call, codeIn(code), { fate });
  }
  if (requestState === JOB_FAILED) throw new UpstreamFaultError(call, JOB_FAILED);
  return 'in progress';
}

/** Longer than any code known, shorter than a text for humans. */
const CODE = /^[\w.:/#-]{1,100}$/;

/** A code reaches logs, the journal and clients: what reads like a text may repeat what was sent, and stays out. */
function codeIn(text: string): string {
  return CODE.test(text) ? text : 'a text instead of a code';
}

/** zlib's and Brotli's: the body is not what its header says. */
const OF_INFLATING = /^(Z_|ERR_(BROTLI|_ERROR)_)/;

/** A library's short code, never its message. */
function codeOf(failure: unknown): string {
  const code = (failure as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : 'no code';
}
