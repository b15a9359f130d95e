#!/usr/bin/env node
import './production.js';
import './last-words.js';
import { readFile } from 'node:fs/promises';
import { pino, type Logger } from 'pino';
import { createStore } from './cache/store.js';
import { systemClock } from './clock.js';
import { readConfig, type Config } from './config/config.js';
import type { InstitutionConfig } from './config/institutions.js';
import { addressCheck } from './doctor/address-check.js';
import { authCheck } from './doctor/auth-check.js';
import { HELP, readDoctorOptions } from './doctor/doctor-options.js';
import { examine, ok, problem, warning, type Finding } from './doctor/finding.js';
import { gatewayCheck } from './doctor/gateway-check.js';
import { institutionCheck } from './doctor/institution-check.js';
import { lookAtJournal } from './doctor/journal-check.js';
import { reportOf } from './doctor/report.js';
import { secretCheck } from './doctor/secret-check.js';
import { stateChecks } from './doctor/state-checks.js';
import type { ReplicaBudgetOptions } from './datasources/replica-budget.js';
import { startEmbeddedSandbox } from './gateway/embedded-sandbox.js';
import { openSharedState, type SharedState } from './gateway/shared-state.js';
import { ConfigError } from './errors.js';
import { openJournal, type Journal } from './journal/database.js';

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
  // Before a call is spent: a file that is not there is found out first.
  const apiKey = await keyIn(asked.apiKeyFile);
  const configuration = configured();
  const findings = [
    ...configuration.findings,
    ...(configuration.config === null ? [] : await examineConfigured(configuration.config, log)),
    ...(asked.url === null ? [] : await examine([gatewayCheck({ url: asked.url, apiKey })])),
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
        : `institutions: ${config.institutions.map(({ code }) => code).join(', ')}`;
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

/** The journal comes first: what S-360 is asked by the others is counted in it. */
async function examineConfigured(config: Config, log: Logger): Promise<readonly Finding[]> {
  const { findings, journal } = await lookAtJournal(config);
  // The sandbox that is looked at is another one than the gateway's; and without a journal nothing was ever counted.
  const counting = config.institutions === null || journal === null ? openJournal(':memory:') : journal;
  // What replicas share of the minute: the doctor is one more of them.
  const shared =
    config.institutions === null
      ? null
      : await openSharedState(config, { behind: createStore({ dir: null, log }), log });
  try {
    const others = await examine([
      ...stateChecks(config),
      ...(journal === null ? [] : [secretCheck(config, journal)]),
      addressCheck(config),
      authCheck(config),
    ]);
    return [
      ...findings,
      ...others,
      ...(await examineInstitutions(config, { journal: counting, shared, log })),
    ];
  } finally {
    await shared?.link.close();
    await journal?.destroy();
    if (counting !== journal) await counting.destroy();
  }
}

async function examineInstitutions(
  config: Config,
  {
    journal,
    shared,
    log,
  }: { readonly journal: Journal; readonly shared: SharedState | null; readonly log: Logger },
): Promise<readonly Finding[]> {
  const replicaOf = (code: string): ReplicaBudgetOptions | undefined =>
    shared === null
      ? undefined
      : { link: shared.link, replicas: shared.replicas, name: shared.nameOf(code), hasCatalog: () => true };
  const parts = { contract: config.contract, journal, clock: systemClock, log, replicaOf };
  const look = (institutions: readonly InstitutionConfig[]): Promise<readonly Finding[]> =>
    examine(institutions.map((institution) => institutionCheck(institution, parts)));
  if (config.institutions !== null) return look(config.institutions);
  let sandbox;
  try {
    sandbox = await startEmbeddedSandbox({
      // The gateway may have its own at the usual port.
      sandbox: { ...config.sandbox, env: { ...config.sandbox.env, SANDBOX_PORT: '0' } },
      minuteMs: config.contract.minuteMs,
      log,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [problem('sandbox', reason, 'Correct it, or configure a real S-360 in S360_INSTITUTIONS.')];
  }
  try {
    return await look(sandbox.institutions);
  } finally {
    await sandbox.stop();
  }
}

async function keyIn(file: string | null): Promise<string | null> {
  if (file === null) return null;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
    throw new ConfigError([`--api-key-file: ${file} cannot be read (${reason})`]);
  });
  return text.trim();
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
