#!/usr/bin/env node
import './production.js';
import './last-words.js';
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { WRONG_ARGUMENTS, readCommandLine } from './command-line.js';
import { backUpJournal } from './journal/journal-backup.js';
import { readConfig } from './config/config.js';
import { counted } from './domain/counted.js';
import { ConfigError } from './errors.js';
import { nameOfPostgres } from './journal/postgres-address.js';
import { journalFileOf } from './config/state-folders.js';

const USAGE = 'usage: npm run backup -- --to FILE';

const HELP = `${USAGE}

Makes a whole copy of the embedded journal, of one moment and checked, beside a running gateway. Restoring it, and a journal in
PostgreSQL: docs/operate.md.

  --to FILE  the copy; nothing may be there yet
  --help     this text

Settings are the gateway's own environment: CACHE_DIR says where the journal is.

Exit codes: 0 the copy is made, 1 it could not be, ${WRONG_ARGUMENTS} the arguments are wrong.
`;

/** `npm run backup`: a whole copy of the embedded journal, made beside a running gateway. */
function main(args: readonly string[]): number {
  const asked = readCommandLine(args, { to: 'value' }, { usage: USAGE });
  if (asked.kind === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const { to } = asked.values;
  const problems = [...asked.problems];
  if (to === undefined && problems.length === 0) problems.push(`--to is missing; ${USAGE}`);
  if (to === undefined || problems.length > 0) return complain(problems, WRONG_ARGUMENTS);
  try {
    backUp(resolve(to));
    return 0;
  } catch (error) {
    if (error instanceof ConfigError) return complain(error.problems, NOT_MADE);
    return complain([error instanceof Error ? error.message : String(error)], NOT_MADE);
  }
}

const NOT_MADE = 1;

function backUp(to: string): void {
  if (existsSync(to)) throw new ConfigError([`--to: ${to} is there already: a backup replaces nothing`]);
  if (!isOpen(dirname(to)))
    throw new ConfigError([
      `--to: ${to} cannot be written: its folder is not there, or not open to this user`,
    ]);
  const config = readConfig(process.env, process.cwd());
  if (config.databaseUrl !== null) {
    throw new ConfigError([
      `the journal is in PostgreSQL at ${nameOfPostgres(config.databaseUrl)}: use pg_dump, as docs/operate.md says`,
    ]);
  }
  const file = journalFileOf(config);
  if (!existsSync(file)) throw new ConfigError([`CACHE_DIR: there is no journal at ${file}`]);
  const { orders } = backUpJournal(file, to);
  process.stderr.write(
    `backup: ${counted(orders, 'order')} in ${to}; keep SECRET_KEY, or secret.key beside the journal, in another place: without it no barcode can be read\n`,
  );
}

function isOpen(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function complain(problems: readonly string[], code: number): number {
  process.stderr.write(problems.map((line) => `backup: ${line}\n`).join(''));
  return code;
}

process.exitCode = main(process.argv.slice(2));
