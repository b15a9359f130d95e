import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { hashOfKey, newApiKey } from '../../src/auth/api-keys.js';
import { systemClock, type Clock } from '../../src/clock.js';
import { readConfig } from '../../src/config/config.js';
import { examine, type Finding } from '../../src/doctor/finding.js';
import { gatewayCheck } from '../../src/doctor/gateway-check.js';
import { institutionCheck } from '../../src/doctor/institution-check.js';
import { lookAtJournal } from '../../src/doctor/journal-check.js';
import type { TurnParts } from '../../src/doctor/own-turns.js';
import { stateChecks } from '../../src/doctor/state-checks.js';
import { openJournal } from '../../src/journal/database.js';
import { createCallLedger } from '../../src/journal/call-ledger.js';
import { openRedis } from '../../src/redis/open-redis.js';
import { eventually } from '../support/eventually.js';
import { compiled } from '../support/compiled.js';
import { settingsFor, startTestGateway, temporaryFolder, type TestInstitution } from '../support/gateway.js';
import { skipNote } from '../support/postgres.js';
import { NO_REDIS, startRedis } from '../support/redis.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { orderWorld } from '../support/order-world.js';

const NOWHERE = 'http://127.0.0.1:9';

function configOf(institutions: readonly TestInstitution[], env: Readonly<Record<string, string>> = {}) {
  return readConfig({ ...settingsFor(institutions), ...env }, tmpdir());
}

async function lookedAt(
  sandbox: TestSandbox,
  changes: Partial<TestInstitution> = {},
  env: Readonly<Record<string, string>> = {},
  more: Partial<TurnParts> = {},
): Promise<readonly Finding[]> {
  const [first] = sandbox.institutions;
  const config = configOf([{ ...first!, ...changes }], env);
  const journal = openJournal(':memory:');
  try {
    const parts = {
      contract: config.contract,
      journal,
      clock: systemClock,
      log: pino({ level: 'silent' }),
      ...more,
    };
    return await examine(config.institutions!.map((institution) => institutionCheck(institution, parts)));
  } finally {
    await journal.destroy();
  }
}

/** Whoever sleeps is awake at once, later. */
function hurriedClock(): Clock {
  let aheadMs = 0;
  return {
    now: () => systemClock.now() + aheadMs,
    async sleep(ms) {
      aheadMs += ms;
    },
  };
}

const complaints = (findings: readonly Finding[]): string[] =>
  findings
    .filter(({ level }) => level !== 'ok')
    .map(({ level, subject, says }) => `${level} ${subject}: ${says}`);

describe('the doctor at an institution', () => {
  it('has nothing to complain of where all is well, and counts what it asked', async () => {
    await using sandbox = await startTestSandbox({ world: orderWorld() });
    expect(complaints(await lookedAt(sandbox))).toEqual([]);
    const calls = (await sandbox.journal()).map(({ method }) => method);
    expect(calls.filter((method) => method === 'wsdl')).toHaveLength(8);
    expect(calls.filter((method) => method !== 'wsdl')).toEqual(['getPOSConfig']);
  });

  it('writes its calls into the journal that the gateway counts in', async () => {
    await using sandbox = await startTestSandbox({ world: orderWorld() });
    const [first] = sandbox.institutions;
    const config = configOf([first!], { S360_MINUTE_MS: '3600000' });
    const journal = openJournal(':memory:');
    const parts = { contract: config.contract, journal, clock: systemClock, log: pino({ level: 'silent' }) };
    await examine([institutionCheck(config.institutions![0]!, parts)]);
    const { month_start: startsAt } = await journal
      .selectFrom('call_count')
      .select('month_start')
      .executeTakeFirstOrThrow();
    expect((await createCallLedger(journal, first!.code).month(startsAt)).calls).toBe(9);
    await journal.destroy();
  });

  it.each([
    [
      'a wrong password',
      { password: 'wrong' },
      'problem small: operator: S-360 refuses the name or the password of the operator',
    ],
    [
      'nobody there',
      { baseUrl: NOWHERE },
      'problem small: network: 127.0.0.1:9 cannot be reached (ECONNREFUSED)',
    ],
    [
      'no such host',
      { baseUrl: 'http://s360.invalid' },
      'problem small: network: there is no host s360.invalid',
    ],
  ])('names %s, and never the password', async (_what, changes, expected) => {
    await using sandbox = await startTestSandbox({ world: orderWorld() });
    const findings = await lookedAt(sandbox, { password: 'Geheim!77', ...changes }, {});
    expect(complaints(findings)).toEqual([expected]);
    expect(JSON.stringify(findings)).not.toContain('Geheim!77');
  });

  it('names a payment method that the point of sales does not have, and those that it has', async () => {
    await using sandbox = await startTestSandbox({ world: orderWorld() });
    const findings = await lookedAt(sandbox, {}, { S360_SMALL_PAYMENT_METHOD: 'PENDING' });
    expect(findings).toContainEqual(
      expect.objectContaining({
        level: 'problem',
        says: 'orders cannot be closed: the point of sales has no payment method PENDING',
        todo: expect.stringMatching(/^Set S360_SMALL_PAYMENT_METHOD to one of .*PEND/) as string,
      }),
    );
  });

  it('says what of a sale is not set up, and what S-360 sends that nobody here knows', async () => {
    const world = orderWorld();
    const [institution] = world.institutions;
    institution!.posConfig = {
      ...institution!.posConfig,
      posActivityState: 'SUSPENDED',
      contactFileAccessAllowed: false,
      loyaltyLevel: 'GOLD',
    };
    await using sandbox = await startTestSandbox({ world });
    expect(complaints(await lookedAt(sandbox, {}, { S360_SMALL_PAYMENT_METHOD: '' }))).toEqual([
      'warning small: sale: the point of sales, or its channel, is switched off',
      'warning small: sale: orders cannot be closed: no payment method is configured',
      'warning small: sale: contact files may not be read',
      'warning small: CatalogService: posConfigData.loyaltyLevel: unknown-member (1)',
    ]);
  });

  it('sees a clock that is an hour ahead', async () => {
    await using sandbox = await startTestSandbox({ world: orderWorld() });
    await sandbox.advance(3_600_000);
    expect(complaints(await lookedAt(sandbox))).toEqual([
      expect.stringMatching(/^warning small: clock: S-360's clock is 3,[56]\d\d s ahead of ours$/),
    ]);
  });

  it.skipIf(NO_REDIS !== null)(
    `takes its turns among the replicas, and says so where none is left${skipNote(NO_REDIS)}`,
    { timeout: 30_000 },
    async () => {
      await using redis = await startRedis();
      await using sandbox = await startTestSandbox({ world: orderWorld() });
      const link = openRedis(redis.url, { log: pino({ level: 'silent' }) });
      const replicaOf = (name: string) => ({ link, replicas: 2, name, hasCatalog: () => true });
      // Half of it is for what nobody waits for.
      const env = { S360_CALLS_PER_MINUTE: '12' };
      const found = await Promise.all([1, 2].map(() => lookedAt(sandbox, {}, env, { replicaOf })));
      expect(await sandbox.journal()).toHaveLength(6);
      const said = found.flatMap(complaints);
      expect(said.length).toBeGreaterThan(1);
      for (const line of said)
        expect(line).toMatch(/^warning small: \w+: not asked: the gateways need the calls of this minute/);

      await redis.kill();
      await eventually('the outage', () => !link.isUp() || undefined);
      await sandbox.clearJournal();
      expect(complaints(await lookedAt(sandbox, {}, env, { replicaOf, clock: hurriedClock() }))).toEqual([
        expect.stringMatching(/^warning small: \w+: not asked: Redis is away/),
        expect.stringMatching(/^warning small: operator: not asked: Redis is away/),
      ]);
      expect(await sandbox.journal()).toEqual([]);
      await link.close();
    },
  );

  it('says so when S-360 takes no more calls', async () => {
    await using sandbox = await startTestSandbox({ world: orderWorld() });
    await sandbox.fault({ institution: 'small', kind: 'http509' });
    expect(complaints(await lookedAt(sandbox))).toContainEqual(
      'warning small: operator: S-360 takes no more calls in this minute',
    );
  });

  it('goes on where one look hangs', async () => {
    const hangs = { subject: 'a look', run: () => new Promise<never>(() => {}) };
    const works = { subject: 'another', run: async () => [] };
    expect(complaints(await examine([hangs, works], 50))).toEqual([
      'problem a look: could not be looked at: no answer within 0.05 s',
    ]);
  });
});

describe('the doctor at the homes of what is kept', () => {
  const found = async (env: Readonly<Record<string, string>>): Promise<readonly Finding[]> => {
    const institution = { code: 'small', baseUrl: NOWHERE, username: 'a', password: 'b' };
    const folder = await mkdtemp(join(tmpdir(), 'foyer-doctor-'));
    try {
      const config = configOf([institution], { CACHE_DIR: folder, REPLICAS: '1', ...env });
      const { findings, journal } = await lookAtJournal(config);
      await journal?.destroy();
      return [...findings, ...(await examine(stateChecks(config)))];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  it('names servers that are away, without their passwords', async () => {
    const findings = await found({
      DATABASE_URL: 'postgres://foyer:Geheim77@127.0.0.1:9/foyer',
      REDIS_URL: 'redis://foyer:Geheim77@127.0.0.1:9/0',
    });
    expect(complaints(findings)).toEqual([
      'problem DATABASE_URL: PostgreSQL at 127.0.0.1:9/foyer cannot be used: nobody answers there',
      'problem REDIS_URL: Redis at 127.0.0.1:9/0 does not answer, or refuses the password',
    ]);
    expect(JSON.stringify(findings)).not.toContain('Geheim77');
  });

  it('names a folder that is a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'foyer-doctor-'));
    await writeFile(join(folder, 'file'), '');
    expect(complaints(await found({ CACHE_DIR: join(folder, 'file') }))).toEqual([
      expect.stringMatching(/^problem CACHE_DIR: .*file is no folder$/),
    ]);
    await rm(folder, { recursive: true, force: true });
  });

  it.skipIf(NO_REDIS !== null)('says what a Redis may forget', async () => {
    await using redis = await startRedis();
    await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    expect(complaints(await found({ REDIS_URL: redis.url }))).toEqual([
      expect.stringMatching(/^warning REDIS_URL: it keeps nothing over a crash/),
      expect.stringMatching(
        /^warning REDIS_URL: when its memory is full it throws things away \(allkeys-lru\)/,
      ),
    ]);
  });
});

describe('the doctor at a running gateway', () => {
  it('is told of readiness, budgets and circuits', async () => {
    await using sandbox = await startTestSandbox({ world: orderWorld() });
    await using gateway = await startTestGateway({ institutions: sandbox.institutions });
    const findings = await examine([gatewayCheck({ url: gateway.url.replace(/\/$/, ''), apiKey: null })]);
    expect(complaints(findings)).toEqual([]);
    expect(findings.map(({ subject }) => subject)).toEqual(['running gateway', 'small: running']);
  });

  it('needs a key of an operator where one is asked for', async () => {
    const key = newApiKey();
    const entry = { name: 'desk', sha256: hashOfKey(key), scopes: ['operator', 'catalog:read'] };
    await using sandbox = await startTestSandbox({ world: orderWorld() });
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions,
      env: { AUTH: 'on', API_KEYS: JSON.stringify([entry]) },
    });
    const url = gateway.url.replace(/\/$/, '');
    expect(complaints(await examine([gatewayCheck({ url, apiKey: key })]))).toEqual([]);
    for (const apiKey of [null, newApiKey()]) {
      expect(complaints(await examine([gatewayCheck({ url, apiKey })]))).toEqual([
        expect.stringMatching(/^warning running gateway: it does not tell more: \w/),
      ]);
    }
  });

  it('says why answers come from what was kept', async () => {
    const cacheDir = await temporaryFolder();
    const sandbox = await startTestSandbox({ world: orderWorld() });
    const { institutions } = sandbox;
    await (await startTestGateway({ institutions, cacheDir })).stop();
    await sandbox.stop();
    {
      await using gateway = await startTestGateway({ institutions, cacheDir });
      const url = gateway.url.replace(/\/$/, '');
      await expect
        .poll(async () => complaints(await examine([gatewayCheck({ url, apiKey: null })])), {
          timeout: 10_000,
        })
        .toEqual([
          expect.stringMatching(
            /^warning small: running: its service level is DEGRADED: its catalog is \d+ min old and .*getLastSetupUpdate \(\d+ of \d+\)/,
          ),
        ]);
    }
    await rm(cacheDir, { recursive: true, force: true });
  });

  it('says that nobody answers', async () => {
    expect(complaints(await examine([gatewayCheck({ url: NOWHERE, apiKey: null })]))).toEqual([
      `problem running gateway: nobody answers at ${NOWHERE}`,
    ]);
  });
});

describe('npm run doctor', () => {
  const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const options = { env: { PATH: process.env['PATH'], ...env } };
    const ended = promisify(execFile)(process.execPath, [compiled('doctor.js'), ...args], options);
    return ended.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  };

  it('ends with 1 and says what to do when the configuration is wrong', async () => {
    const { code, stdout } = await run([], { PORT: 'x', S360_MINUTE_MS: '1' });
    expect(code).toBe(1);
    expect(stdout).toMatch(/problem configuration: PORT must be .*\n +-> Correct it/);
    expect(stdout).toMatch(/2 problems, 0 warnings, 0 good\./);
  });

  it('says all else when the sandbox does not start', async () => {
    const { code, stdout } = await run([], {
      SANDBOX_WORLD: '/nowhere',
      CACHE_DIR: join(tmpdir(), 'not-made'),
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^ok +configuration: .*\nok +journal: .*\nok +CACHE_DIR: [^]*problem sandbox: .*"\/nowhere"/,
    );
  });

  it('ends with 2 for options that are none', async () => {
    const { code, stderr } = await run(['--urll', 'x']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^doctor: .*--urll.*usage:/) as string,
    });
  });
});
