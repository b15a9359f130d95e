import { pino } from 'pino';
import { loggedError } from './server/error-log.js';

/**
 * Imported by each program: what nobody caught ends it with a line of the log and the code 1. Node's own last words are the
 * error with everything that hangs on it, and on errors of clients and databases hang requests, rows and passwords.
 */
function end(error: unknown): void {
  const log = pino({ serializers: { err: loggedError } }, pino.destination({ fd: 2, sync: true }));
  log.fatal({ err: error }, 'the process ends by a mistake of ours');
  process.exit(1);
}

process.on('uncaughtException', end);
process.on('unhandledRejection', end);
