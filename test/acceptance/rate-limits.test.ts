import { describe, expect, it } from 'vitest';
import { hashOfKey, newApiKey } from '../../src/auth/api-keys.js';
import { createRateLimits } from '../../src/server/rate-limits.js';
import { sharedCounter } from '../../src/gateway/shared-counter.js';
import { openRedis } from '../../src/redis/open-redis.js';
import { eventually } from '../support/eventually.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { openSocket, query, subscribe, type RawSocket } from '../support/graphql-client.js';
import { NO_REDIS, startRedis } from '../support/redis.js';
import { smallWorld } from '../support/small-world.js';
import { startTestSandbox } from '../support/sandbox.js';
import { startIssuer } from '../support/tokens.js';
import { pino } from 'pino';

/** Four in ten seconds. */
const FOUR = { RATE_LIMIT_PER_MINUTE: '24', TRUSTED_PROXIES: '1' };
const SMALL = '{ institutions { code } }';

function ask({ graphql }: TestGateway, from: string, key?: string): Promise<Response> {
  return fetch(graphql, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': from,
      ...(key === undefined ? {} : { 'x-api-key': key }),
    },
    body: JSON.stringify({ query: SMALL }),
  });
}

describe('a caller', () => {
  it('is told what is left to him, is turned away beyond it, and nobody else is', async () => {
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    await using gateway = await startTestGateway({ institutions: sandbox.institutions, env: FOUR });
    const left: (string | null)[] = [];
    for (let asked = 0; asked < 4; asked += 1) {
      const answer = await ask(gateway, '203.0.113.1');
      expect(answer.status).toBe(200);
      left.push(answer.headers.get('ratelimit-remaining'));
    }
    expect(left).toEqual(['3', '2', '1', '0']);
    const refused = await ask(gateway, '203.0.113.1');
    expect(refused.status).toBe(429);
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(retryAfter).toBeLessThanOrEqual(10);
    expect(refused.headers.get('ratelimit-limit')).toBe('4');
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect(await refused.json()).toEqual({
      errors: [
        {
          message: expect.stringMatching(/^You have asked too often: ask again in \d+ s$/) as string,
          extensions: {
            code: 'RATE_LIMITED',
            retryable: true,
            retryAfterMs: expect.any(Number) as number,
            correlationId: expect.any(String) as string,
          },
        },
      ],
    });
    expect((await ask(gateway, '203.0.113.2')).status).toBe(200);
    // Whoever runs it is not limited.
    for (let asked = 0; asked < 6; asked += 1) {
      expect((await fetch(`${gateway.url}health/live`)).status).toBe(200);
    }
  });

  it('has one limit for HTTP and sockets, where an operation beyond it fails alone', async () => {
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions,
      env: { RATE_LIMIT_PER_MINUTE: '24' },
    });
    await using colors = subscribe(gateway.graphql, 'subscription { availabilityChanged { kind } }');
    await colors.next();
    for (let asked = 0; asked < 3; asked += 1) await query(gateway.graphql, SMALL);
    await using more = subscribe(gateway.graphql, 'subscription { availabilityChanged { kind } }');
    await expect(more.next()).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    expect((await query(gateway.graphql, SMALL)).status).toBe(429);
  });

  it('has his own limit once he is known, wherever he asks from', async () => {
    const [one, other] = [newApiKey(), newApiKey()];
    const entries = [one, other].map((key, index) => ({
      name: `shop-${index}`,
      sha256: hashOfKey(key),
      scopes: ['catalog:read'],
    }));
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions,
      env: { ...FOUR, AUTH: 'on', API_KEYS: JSON.stringify(entries) },
    });
    const statuses = async (key: string, from: readonly string[]): Promise<number[]> => {
      const answers: number[] = [];
      for (const address of from) answers.push((await ask(gateway, address, key)).status);
      return answers;
    };
    const here = Array.from({ length: 5 }, () => '203.0.113.1');
    expect(await statuses(one, ['1.1.1.1', '2.2.2.2', '3.3.3.3', '4.4.4.4', '5.5.5.5'])).toEqual([
      200, 200, 200, 200, 429,
    ]);
    const { headers } = await ask(gateway, '6.6.6.6', other);
    expect([headers.get('ratelimit-limit'), headers.get('ratelimit-remaining')]).toEqual(['4', '3']);
    expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThan(0);
    expect(await statuses(other, here)).toEqual([200, 200, 200, 429, 429]);
    const refused = await ask(gateway, '6.6.6.6', other);
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('is not limited where nobody wants it', async () => {
    const limits = createRateLimits({ perMinute: null });
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => limits.take('a')));
    expect(
      verdicts.every(({ refusal, headers }) => refusal === null && Object.keys(headers).length === 0),
    ).toBe(true);
  });
});

describe('who tries credentials', () => {
  const key = newApiKey();
  const entries = [{ name: 'shop', sha256: hashOfKey(key), scopes: ['catalog:read', 'operator'] }];
  const FAILING = { TRUSTED_PROXIES: '1', AUTH: 'on', API_KEYS: JSON.stringify(entries) };
  const HERE = '203.0.113.9';

  it('is told so ten times in a minute and then turned away, while a good one from his address is let in', async () => {
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions,
      env: { ...FAILING, LOGIN_FAILURES_PER_MINUTE: '' },
    });
    const init = (apiKey: string): Promise<RawSocket> =>
      openSocket(gateway.graphql, { init: false, headers: { 'x-forwarded-for': HERE } }).then((socket) => {
        socket.send({ type: 'connection_init', payload: { apiKey } });
        return socket;
      });
    const page = (password: string): Promise<Response> =>
      fetch(`${gateway.url}graphiql`, {
        headers: { authorization: `Basic ${btoa(`me:${password}`)}`, 'x-forwarded-for': HERE },
      });
    // Keys of all kinds, by all ways in, are counted together.
    for (let tries = 0; tries < 4; tries += 1)
      expect((await ask(gateway, HERE, newApiKey())).status).toBe(401);
    for (let tries = 0; tries < 3; tries += 1) expect((await (await init('x.y.z')).closed).code).toBe(4401);
    for (let tries = 0; tries < 3; tries += 1) expect((await page(newApiKey())).status).toBe(401);

    const refused = await ask(gateway, HERE, newApiKey());
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(await refused.json()).toMatchObject({
      errors: [
        {
          message: expect.stringMatching(/^Too many credentials .* were none: ask again in \d+ s$/) as string,
          extensions: { code: 'RATE_LIMITED', retryable: true },
        },
      ],
    });
    expect(await (await init(newApiKey())).closed).toEqual({
      code: 1013,
      reason: expect.stringContaining('Too many credentials') as string,
    });
    expect((await page(newApiKey())).status).toBe(429);

    expect((await ask(gateway, HERE, key)).status).toBe(200);
    expect((await page(key)).status).not.toBe(429);
    const socket = await init(key);
    expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
    socket.close();
    // To have none is no try, and other addresses are not his.
    expect((await ask(gateway, HERE)).status).toBe(401);
    expect((await ask(gateway, '203.0.113.10', newApiKey())).status).toBe(401);
  });

  it('is not counted for a token that nobody can judge while its issuer is away', async () => {
    await using issuer = await startIssuer();
    issuer.answerWith(500);
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions,
      env: { ...FAILING, ...issuer.settings, LOGIN_FAILURES_PER_MINUTE: '2' },
    });
    const token = await issuer.token();
    const statuses: number[] = [];
    for (let tries = 0; tries < 4; tries += 1) {
      const { status } = await query(gateway.graphql, SMALL, {}, { authorization: `Bearer ${token}` });
      statuses.push(status);
    }
    expect(statuses).toEqual([503, 503, 503, 503]);
  });
});

describe.skipIf(NO_REDIS !== null)(`replicas${NO_REDIS === null ? '' : ` (${NO_REDIS})`}`, () => {
  it('count the credentials that were none together', async () => {
    await using redis = await startRedis();
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    const env = {
      AUTH: 'on',
      API_KEYS: JSON.stringify([{ name: 'x', sha256: hashOfKey(newApiKey()), scopes: ['catalog:read'] }]),
      LOGIN_FAILURES_PER_MINUTE: '3',
      REDIS_URL: redis.url,
      REPLICAS: '2',
      TRUSTED_PROXIES: '1',
    };
    const start = () => startTestGateway({ institutions: sandbox.institutions, env });
    await using first = await start();
    await using second = await start();
    const statuses: number[] = [];
    for (const gateway of [first, second, first, second, first])
      statuses.push((await ask(gateway, '203.0.113.9', newApiKey())).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    const keys = await redis.command('KEYS', '*rate*');
    expect(keys).toMatch(/^foyer:rate:[\w-]{43}$/m);
    expect(keys).not.toContain('203.0.113.9');
  });

  it('count a caller together, and each alone while Redis is away', async () => {
    await using redis = await startRedis();
    const links = [1, 2].map(() => openRedis(redis.url, { log: pino({ level: 'silent' }) }));
    await eventually('both links', () => links.every((link) => link.isUp()) || undefined);
    const [first, second] = links.map((link) =>
      createRateLimits({
        perMinute: 24,
        shared: sharedCounter(link, { sign: (_purpose, text) => `signed ${text}` }),
      }),
    );
    const verdicts = [];
    for (const limits of [first, second, first, second, first, second])
      verdicts.push(await limits!.take('a'));
    expect(verdicts.map(({ refusal }) => refusal === null)).toEqual([true, true, true, true, false, false]);

    await redis.kill();
    await eventually('the outage', () => links.every((link) => !link.isUp()) || undefined);
    const alone = [];
    for (let asked = 0; asked < 5; asked += 1) alone.push(await first!.take('b'));
    expect(alone.map(({ refusal }) => refusal === null)).toEqual([true, true, true, true, false]);
    for (const link of links) await link.close();
  });
});
