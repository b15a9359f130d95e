import { GatewayError } from '../errors.js';

/** What a log keeps of an error: an allow-list, because errors of HTTP clients carry whole requests, passwords included. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  /** The places alone: its first lines are the message once more, as it was thrown. */
  readonly stack?: string;
  readonly code?: string;
  readonly cause?: LoggedError;
}

const MAX_CAUSES = 5;

export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'a value that is not an Error was thrown' };
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: messageOf(error),
    // Where an expected failure was made says nothing about why it happened.
    ...(error.stack === undefined || error instanceof GatewayError ? {} : { stack: placesIn(error.stack) }),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.cause === undefined || depth === MAX_CAUSES
      ? {}
      : { cause: loggedError(error.cause, depth + 1) }),
  };
}

/** GraphQL and JSON quote what they could not read, which may be anybody's data. */
function messageOf({ name, message }: Error): string {
  if (name === 'GraphQLError')
    return message.replace(/ (value|got|returned|Received|with)(:? )[\s\S]*$/, ' $1$2…');
  if (name === 'SyntaxError') return message.replace(/(, )?(\.\.\.)?["'][\s\S]*["'](\.\.\.)?/, '$1…');
  return message;
}

function placesIn(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^ +at /.test(line))
    .join('\n');
}
