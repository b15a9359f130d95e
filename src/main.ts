#!/usr/bin/env node
import './production.js';
import './last-words.js';
import 'reflect-metadata';
import { pino } from 'pino';
import { WRONG_ARGUMENTS, readCommandLine } from './command-line.js';
import { readConfig } from './config/config.js';
import { ConfigError } from './errors.js';
import { startGateway } from './gateway/gateway.js';
import { loggedError } from './server/error-log.js';

/** What a stop may take once it was announced; orchestrators usually kill after 30 s. */
const STOP_LIMIT_MS = 30_000;

const USAGE = 'usage: npm start';

const HELP = `${USAGE}

Starts the gateway. Without S360_INSTITUTIONS it starts with its embedded sandbox. There are no options: all settings are variables
of the environment, and docs/operate.md lists them.
`;

/** Whether the process ends here: nobody's option is left unheard. */
function answered(args: readonly string[]): boolean {
  const asked = readCommandLine(args, {}, { usage: `${USAGE}, with settings in the environment` });
  if (asked.kind === 'help') process.stdout.write(HELP);
  else if (asked.problems.length > 0) {
    process.stderr.write(asked.problems.map((line) => `foyer: ${line}\n`).join(''));
    process.exitCode = WRONG_ARGUMENTS;
  } else return false;
  return true;
}

/** The process: read the configuration, start, stop on signals. */
async function main(): Promise<void> {
  if (answered(process.argv.slice(2))) return;
  const config = readConfig(process.env, process.cwd());
  // Standard output is for the one line that says where to look; logs go to standard error.
  const log = pino(
    { level: config.logLevel, serializers: { err: loggedError } },
    pino.destination({ fd: 2, sync: true }),
  );
  for (const warning of config.warnings) log.warn(warning);

  const gateway = startGateway(config, { log });
  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, 'stopping');
    // The process ends by itself once nothing is left to do; this is for what would never end.
    setTimeout(() => process.exit(0), config.drainAnnounceMs + STOP_LIMIT_MS).unref();
    gateway.then((running) => running.stop()).catch((error: unknown) => log.error(error, 'the stop failed'));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  const { ready } = await gateway;
  const line = await ready;
  if (!isStopping) process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  const lines =
    error instanceof ConfigError ? error.problems : [error instanceof Error ? error.stack : String(error)];
  process.stderr.write(lines.map((line) => `foyer: ${line}\n`).join(''));
  process.exit(1);
});
