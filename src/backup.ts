#!/usr/bin/env node
import './production.js';
import './last-words.js';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { backUpJournal } from './journal/journal-backup.js';
import { readConfig } from './config/config.js';
import { ConfigError } from './errors.js';
import { nameOfPostgres } from './journal/postgres-address.js';
import { journalFileOf } from './config/state-folders.js';

const USAGE = 'usage: npm run backup -- --to FILE';

/** `npm run backup`: a whole copy of the embedded journal, made beside a running gateway. */
function main(args: readonly string[]): void {
  const to = fileIn(args);
  if (existsSync(to)) throw new ConfigError([`--to: ${to} is there already: a backup replaces nothing`]);
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
    `backup: ${orders} orders in ${to}; keep SECRET_KEY, or secret.key beside the journal, in another place: without it no barcode can be read\n`,
  );
}

function fileIn(args: readonly string[]): string {
  let to;
  try {
    to = parseArgs({ args: [...args], options: { to: { type: 'string' } } }).values.to;
  } catch {
    throw new ConfigError([USAGE]);
  }
  if (to === undefined || to === '') throw new ConfigError([`--to is missing; ${USAGE}`]);
  return resolve(to);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  const lines =
    error instanceof ConfigError ? error.problems : [error instanceof Error ? error.message : String(error)];
  process.stderr.write(lines.map((line) => `backup: ${line}\n`).join(''));
  process.exitCode = 1;
}
