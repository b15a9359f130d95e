import { CloseCode } from 'graphql-ws';
import { TooManyRequestsError, UnauthenticatedError } from '../errors.js';

/** Thrown while a socket's message is handled: it is closed with this code and reason, at most 123 bytes of it. */
export class SocketRefusal extends Error {
  override readonly name = 'SocketRefusal';

  constructor(
    readonly code: number,
    readonly reason: string,
    facts: { readonly cause?: unknown } = {},
  ) {
    super(reason, facts);
  }
}

/** RFC 6455: try again later. */
const TRY_AGAIN_LATER = 1013;

/** For a socket whose caller could not be made out; what is not about the credential may pass. */
export function refusalOfCaller(cause: unknown): SocketRefusal {
  if (cause instanceof UnauthenticatedError) {
    return new SocketRefusal(CloseCode.Unauthorized, cause.message, { cause });
  }
  return cause instanceof TooManyRequestsError
    ? new SocketRefusal(TRY_AGAIN_LATER, cause.message, { cause })
    : new SocketRefusal(TRY_AGAIN_LATER, 'The credential cannot be checked at present', { cause });
}

/** Clients of graphql-ws come back by themselves after this code: sockets from before a deploy may not be gone yet. */
export function tooManySockets(maximum: number): SocketRefusal {
  return new SocketRefusal(TRY_AGAIN_LATER, `Too many sockets: this caller has ${maximum} open, the limit`);
}
