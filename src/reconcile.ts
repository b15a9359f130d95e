#!/usr/bin/env node
import './production.js';
import './last-words.js';
import { access, constants, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pino } from 'pino';
import { systemClock } from './clock.js';
import { readConfig } from './config/config.js';
import { ConfigError, GatewayError } from './errors.js';
import { HELP, readReconcileOptions } from './reconciliation/reconcile-options.js';
import { reconcileMonth } from './reconciliation/reconciliation.js';
import { csvOf, summaryOf } from './services/orders/order-reconciliation-csv.js';

const NOTHING_DIFFERS = 0;
const SOMETHING_DIFFERS = 1;
const NOT_COMPARED = 2;

/** `npm run reconcile`: a process beside the gateway's. CSV on standard output, what is for people on standard error. */
async function main(args: readonly string[]): Promise<number> {
  const request = readReconcileOptions(args, Date.now());
  if (request.kind === 'help') {
    await print(HELP);
    return NOTHING_DIFFERS;
  }
  if (request.kind === 'wrong') return complain(request.problems);
  const config = readConfig(process.env, process.cwd());
  const file = request.out === null ? null : await writableFile(resolve(request.out));
  // Standard error is for the summary; what S-360 sends that is new to us is the gateway's to tell.
  const log = pino({ level: 'error' }, pino.destination({ fd: 2, sync: true }));
  const outcome = await reconcileMonth(config, request, { clock: systemClock, log });
  const csv = csvOf(request.institution, outcome);
  await (file === null ? print(csv) : writeWhole(file, csv));
  process.stderr.write(`reconcile: ${request.institution} ${request.month}: ${summaryOf(outcome)}\n`);
  return outcome.findings.length === 0 ? NOTHING_DIFFERS : SOMETHING_DIFFERS;
}

/** Found out before a call is spent. */
async function writableFile(path: string): Promise<string> {
  const problem = (what: string): ConfigError => new ConfigError([`--out: ${path} ${what}`]);
  const present = await stat(path).catch(() => null);
  if (present !== null && !present.isFile()) throw problem('is not a file');
  await access(dirname(path), constants.W_OK).catch(() => {
    throw problem('cannot be written: its folder is not there, or not open to this user');
  });
  return path;
}

/** Half a file must never pass for a whole one. */
async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    await writeFile(part, text, { flush: true });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError([`--out: ${path} could not be written: ${code ?? String(error)}`]);
  }
}

function print(text: string): Promise<void> {
  return new Promise((done, fail) => {
    process.stdout.write(text, (error) => (error ? fail(error) : done()));
  });
}

function complain(problems: readonly string[]): number {
  process.stderr.write(problems.map((line) => `reconcile: ${line}\n`).join(''));
  return NOT_COMPARED;
}

/** One line each: an upstream error says which call, and what may be done about it. */
function problemsOf(error: unknown): readonly string[] {
  if (error instanceof ConfigError) return error.problems;
  if (!(error instanceof Error)) return [String(error)];
  const wait =
    error instanceof GatewayError && error.retryAfterMs !== undefined
      ? `; again in ${Math.ceil(error.retryAfterMs / 1_000)} s`
      : '';
  return [`nothing was compared: ${error.message.split('\n', 1)[0]}${wait}`];
}

// Sleeping and waiting keep no process alive by themselves.
const alive = setInterval(() => undefined, 60_000);
process.exitCode = await main(process.argv.slice(2))
  .catch((error: unknown) => complain(problemsOf(error)))
  .finally(() => clearInterval(alive));
