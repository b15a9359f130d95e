#!/usr/bin/env node
import './production.js';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pino, type Logger } from 'pino';
import { systemClock } from './clock.js';
import { readConfig, type Config } from './config.js';
import { HELP, readDoctorOptions } from './doctor/doctor-options.js';
import { examine, ok, problem, warning, type Finding } from './doctor/finding.js';
import { gatewayCheck } from './doctor/gateway-check.js';
import { institutionCheck } from './doctor/institution-checks.js';
import { reportOf } from './doctor/report.js';
import { stateChecks } from './doctor/state-checks.js';
import { startEmbeddedSandbox } from './embedded-sandbox.js';
import { ConfigError } from './errors.js';
import { openJournal, openJournalFile, type Journal } from './journal/database.js';
import { journalFileOf } from './state-folders.js';

const NO_PROBLEM = 0;
const A_PROBLEM = 1;
const NOT_LOOKED = 2;

/** `npm run doctor`: a process beside the gateway's, or before it. The report is on standard output. */
async function main(args: readonly string[]): Promise<number> {
  const asked = readDoctorOptions(args);
  if (asked.kind === 'help') {
    process.stdout.write(HELP);
    return NO_PROBLEM;
  }
  if (asked.kind === 'wrong') {
    process.stderr.write(asked.problems.map((line) => `doctor: ${line}\n`).join(''));
    return NOT_LOOKED;
  }
  const log = pino({ level: 'silent' });
  const configuration = configured();
  const findings = [
    ...configuration.findings,
    ...(configuration.config === null ? [] : await examineConfigured(configuration.config, log)),
    ...(asked.url === null
      ? []
      : await examine([gatewayCheck({ url: asked.url, apiKey: await keyIn(asked.apiKeyFile) })])),
  ];
  process.stdout.write(asked.isJson ? `${JSON.stringify(findings, null, 2)}\n` : reportOf(findings));
  return findings.some(({ level }) => level === 'problem') ? A_PROBLEM : NO_PROBLEM;
}

function configured(): { readonly config: Config | null; readonly findings: readonly Finding[] } {
  const subject = 'configuration';
  try {
    const config = readConfig(process.env, process.cwd());
    const warnings = config.warnings.map((text) =>
      warning(subject, text, 'Correct it, or leave it as it is.'),
    );
    const who =
      config.institutions === null
        ? 'no S-360 is configured, so the embedded sandbox is looked at'
        : `${config.institutions.length} institutions: ${config.institutions.map(({ code }) => code).join(', ')}`;
    return { config, findings: [ok(subject, who), ...warnings] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return {
      config: null,
      findings: error.problems.map((text) =>
        problem(subject, text, 'Correct it: the gateway does not start with it.'),
      ),
    };
  }
}

async function examineConfigured(config: Config, log: Logger): Promise<readonly Finding[]> {
  const sandbox =
    config.institutions === null
      ? await startEmbeddedSandbox({
          // The gateway may have its own at the usual port.
          sandbox: { ...config.sandbox, env: { ...config.sandbox.env, SANDBOX_PORT: '0' } },
          minuteMs: config.contract.minuteMs,
          log,
        })
      : null;
  const journal = await countingJournal(config);
  try {
    const institutions = config.institutions ?? sandbox?.institutions ?? [];
    const parts = { contract: config.contract, journal, clock: systemClock, log };
    return await examine([
      ...stateChecks(config),
      ...institutions.map((institution) => institutionCheck(institution, parts)),
    ]);
  } finally {
    await journal.destroy();
    await sandbox?.stop();
  }
}

/** The gateway's own, where there is one to be had without making or changing it. */
async function countingJournal(config: Config): Promise<Journal> {
  const file = journalFileOf(config);
  // The sandbox that is looked at is another one than the gateway's.
  const isThere = config.institutions !== null && config.databaseUrl === null && existsSync(file);
  return isThere ? openJournalFile(file) : openJournal(':memory:');
}

async function keyIn(file: string | null): Promise<string | null> {
  return file === null ? null : (await readFile(file, 'utf8')).trim();
}

// Sleeping and waiting keep no process alive by themselves.
const alive = setInterval(() => undefined, 60_000);
process.exitCode = await main(process.argv.slice(2))
  .catch((error: unknown) => {
    const lines =
      error instanceof ConfigError
        ? error.problems
        : [error instanceof Error ? error.message : String(error)];
    process.stderr.write(lines.map((line) => `doctor: ${line}\n`).join(''));
    return NOT_LOOKED;
  })
  .finally(() => clearInterval(alive));
