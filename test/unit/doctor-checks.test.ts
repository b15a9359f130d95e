import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.js';
import { readConfig } from '../../src/config/config.js';
import { descriptionFileOf, SERVICE_NAMES, soapPathOf } from '../../src/datasources/s360/settings.js';
import { addressCheck } from '../../src/doctor/address-check.js';
import { descriptionFindings } from '../../src/doctor/descriptions-check.js';
import { examine, type Finding } from '../../src/doctor/finding.js';
import { gatewayCheck } from '../../src/doctor/gateway-check.js';
import { certificateFinding, failureOf, networkFindings } from '../../src/doctor/network-check.js';
import { stateChecks } from '../../src/doctor/state-checks.js';
import { openJournal } from '../../src/journal/database.js';
import { settingsFor } from '../support/gateway.js';
import { SELF_SIGNED } from '../support/self-signed.js';

const saying = ({ level, subject, says }: Finding): string => `${level} ${subject}: ${says}`;

/** On a free port, until the end of the test. */
async function listening(server: Server): Promise<{ readonly port: number } & AsyncDisposable> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const configOf = (env: Readonly<Record<string, string>>) =>
  readConfig(
    {
      ...settingsFor([{ code: 'hall', baseUrl: 'http://127.0.0.1:9', username: 'a', password: 'b' }]),
      ...env,
    },
    tmpdir(),
  );

describe('the way to S-360', () => {
  it('with a certificate that nobody signed is no matter of firewalls', async () => {
    await using server = await listening(createTlsServer(SELF_SIGNED));
    const baseUrl = `https://127.0.0.1:${server.port}`;
    const [finding, ...more] = await networkFindings({ code: 'hall', baseUrl });
    expect(more).toEqual([]);
    expect(finding).toEqual({
      level: 'problem',
      subject: 'hall: network',
      says: `this machine does not trust the certificate of 127.0.0.1:${server.port} (DEPTH_ZERO_SELF_SIGNED_CERT)`,
      todo: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string,
    });
  });

  it('to a port without TLS says so', async () => {
    await using server = await listening(createServer());
    const found = await networkFindings({ code: 'hall', baseUrl: `https://127.0.0.1:${server.port}` });
    expect(found.map(saying)).toEqual([expect.stringMatching(/answers, but not with TLS/)]);
  });

  it.each([
    ['CERT_HAS_EXPIRED', 'is not valid today', 'clock'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'is that of another host', 'address'],
    ['ETIMEDOUT', 'cannot be reached', 'firewall'],
  ])('that fails with %s', (reason, says, todo) => {
    expect(failureOf('hall: network', 's360.example:443', reason)).toMatchObject({
      level: 'problem',
      says: expect.stringContaining(says) as string,
      todo: expect.stringContaining(todo) as string,
    });
  });

  it.each([
    [21, 'ok'],
    [20, 'warning'],
    [1, 'warning'],
  ])('with a certificate for %i more days is %s', (days, level) => {
    expect(certificateFinding('hall: network', 's360.example', days).level).toBe(level);
  });
});

describe('the descriptions of an institution', () => {
  it('with an operation that is not there are a problem of that service only', async () => {
    const files = new Map(SERVICE_NAMES.map((name) => [`${soapPathOf(name)}?wsdl`, descriptionFileOf(name)]));
    const answering = createServer((request, response) => {
      void readFile(new URL(`../../wsdl/${files.get(request.url!)}`, import.meta.url), 'utf8').then((text) =>
        response.end(text.replaceAll('name="getPOSConfig"', 'name="getPointOfSales"')),
      );
    });
    await using server = await listening(answering);
    await using journal = openJournal(':memory:');
    const baseUrl = `http://127.0.0.1:${server.port}`;
    const { contract, institutions } = configOf({});
    const parts = { contract, journal, clock: systemClock, log: pino({ level: 'silent' }) };
    const found = await descriptionFindings({ ...institutions![0]!, baseUrl }, parts);
    expect(found.map(saying)).toEqual([
      `ok hall: descriptions: ${SERVICE_NAMES.length - 1} of ${SERVICE_NAMES.length} services have all that this version of Foyer asks for`,
      'problem hall: CatalogService: it has no getPOSConfig',
    ]);
  });
});

describe('the folder of what is kept', () => {
  it('is not made by the doctor, and below a file it cannot be', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'foyer-doctor-'));
    await writeFile(join(folder, 'file'), '');
    const found = async (CACHE_DIR: string): Promise<string[]> =>
      (await examine(stateChecks(configOf({ CACHE_DIR })))).map(saying);
    expect(await found(join(folder, 'not/yet'))).toEqual([
      expect.stringMatching(/^(ok|warning) CACHE_DIR: .*not\/yet can be made, /),
    ]);
    expect(await found(join(folder, 'file/below'))).toEqual([
      expect.stringMatching(/^problem CACHE_DIR: .*below cannot be made \(E\w+\)$/),
    ]);
    expect(await readdir(folder)).toEqual(['file']);
    await rm(folder, { recursive: true, force: true });
  });
});

describe('the addresses of the gateway', () => {
  const found = async (env: Readonly<Record<string, string>>): Promise<string[]> =>
    (await examine([addressCheck(configOf(env))])).map(saying);

  it.each([
    ['only this machine', { HOST: '127.0.0.1' }, []],
    [
      'everybody',
      { HOST: '0.0.0.0' },
      ['warning PUBLIC_URL: is not set: the addresses of printed tickets would begin with http://0.0.0.0:0'],
    ],
    [
      'browsers over TLS',
      { PUBLIC_URL: 'https://tickets.example/foyer/' },
      ['ok PUBLIC_URL: tickets are printed at https://tickets.example/foyer'],
    ],
    [
      'browsers without TLS',
      { PUBLIC_URL: 'http://tickets.example' },
      ['warning PUBLIC_URL: begins with http: whoever sees the way to a printed ticket has the ticket'],
    ],
  ])('are for %s', async (_what, env, expected) => {
    expect(await found(env)).toEqual(expected);
  });
});

const HANDBOOK = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8');

describe('the running gateway', () => {
  it('is not what answers with a page', async () => {
    await using server = await listening(createServer((_request, response) => response.end('<h1>Shop</h1>')));
    const url = `http://127.0.0.1:${server.port}`;
    const found = await examine([gatewayCheck({ url, apiKey: null })]);
    expect(found.map(saying)).toEqual([
      `problem running gateway: what answers at ${url} is no Foyer (HTTP 200 to /health/ready)`,
    ]);
  });

  const NOW = {
    code: 'hall',
    serviceLevel: 'DEGRADED',
    catalog: { freshness: { source: 'CACHE', staleReason: null as string | null, ageSeconds: 90 } },
    upstream: {
      circuit: 'CLOSED',
      inDoubtOrders: 0,
      budgets: [],
      drift: [],
      calls: [{ service: 'CatalogService', method: 'getLastSetupUpdate', calls: 5, errors: 0 }],
    },
  };
  const fresh = NOW.catalog.freshness;
  const [call] = NOW.upstream.calls;

  it.each([
    [
      'a catalog that grows old',
      { ...NOW, catalog: { freshness: { ...fresh, source: 'STALE', staleReason: 'BUDGET_EXHAUSTED' } } },
      "DEGRADED: its catalog is 2 min old and cannot be made newer: the month's calls are spent",
    ],
    [
      'a catalog of before',
      { ...NOW, catalog: { freshness: { ...fresh, source: 'RESTORED' } } },
      'DEGRADED: its catalog is 2 min old and from before the last start, and S-360 has not confirmed it yet',
    ],
    [
      'calls that fail',
      { ...NOW, upstream: { ...NOW.upstream, circuit: 'OPEN', calls: [{ ...call, errors: 4 }, call] } },
      'DEGRADED: S-360 failed so often that its circuit is OPEN; calls failed since it was started: ' +
        'CatalogService.getLastSetupUpdate (4 of 5)',
    ],
    [
      'a point of sales that is closed',
      { ...NOW, serviceLevel: 'SALES_CLOSED' },
      'SALES_CLOSED: its point of sales does not sell now',
    ],
  ])('that serves less than all says why: %s', async (_what, institution, says) => {
    await using server = await listening(
      createServer((request, response) => {
        const answer = request.url!.startsWith('/health')
          ? { ready: true, reasons: ['degraded: Redis is away'] }
          : { data: { institutions: [institution] } };
        response.end(JSON.stringify(answer));
      }),
    );
    const found = await examine([gatewayCheck({ url: `http://127.0.0.1:${server.port}`, apiKey: null })]);
    expect(found.slice(1).map(saying)).toEqual([
      'warning running gateway: degraded: Redis is away',
      `warning hall: running: its service level is ${says}`,
    ]);
    const anchors = found.flatMap(({ todo = '' }) => [...todo.matchAll(/#([a-z\d]+)/g)].map(([, it]) => it));
    const headings = [...HANDBOOK.matchAll(/^### (\w+)$/gm)].map(([, title]) => title!.toLowerCase());
    expect(headings).toEqual(expect.arrayContaining(anchors));
    expect(anchors).toContain('foyerredisaway');
  });

  it('that has seen what a person must know says so, and that it is not ready', async () => {
    const budget = { window: 'MONTH', limit: 10_000, used: 6_000, forecast: 12_000 };
    const drift = { service: 'CatalogService', path: 'seasons.kind', kind: 'UNKNOWN_VALUE', count: 3 };
    const institution = {
      ...NOW,
      serviceLevel: 'NORMAL',
      upstream: {
        ...NOW.upstream,
        circuit: 'HALF_OPEN',
        inDoubtOrders: 2,
        budgets: [
          budget,
          { ...budget, window: 'MINUTE' },
          { ...budget, window: 'MONTH_BYTES', limit: null },
          { ...budget, forecast: 10_000 },
        ],
        drift: [drift],
      },
    };
    await using server = await listening(
      createServer((request, response) => {
        const answer = request.url!.startsWith('/health')
          ? { ready: false, reasons: ['hall: S-360 refuses the password'] }
          : { data: { institutions: [institution] } };
        response.end(JSON.stringify(answer));
      }),
    );
    const found = await examine([gatewayCheck({ url: `http://127.0.0.1:${server.port}`, apiKey: null })]);
    expect(found.map(saying)).toEqual([
      'problem running gateway: it is not ready',
      'warning running gateway: hall: S-360 refuses the password',
      'warning hall: running: its circuit is HALF_OPEN: S-360 failed too often',
      'warning hall: running: orders in doubt: 2',
      'warning hall: running: MONTH will end with 12,000 of 10,000, 6,000 are used',
      'warning hall: running: CatalogService sends seasons.kind: UNKNOWN_VALUE (3)',
    ]);
  });
});
