import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashOfKey, newApiKey, type ApiKeyEntry } from '../../src/auth/api-keys.js';
import { eventually } from '../support/eventually.js';
import { startTestGateway, temporaryFolder, type TestGateway } from '../support/gateway.js';
import { openSocket, query, type RawSocket } from '../support/graphql-client.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { scrape } from '../support/scraped-metrics.js';
import { smallWorld } from '../support/small-world.js';

const [shop, lobby] = [newApiKey(), newApiKey()];
const SHOP: ApiKeyEntry = { name: 'shop', sha256: hashOfKey(shop), scopes: ['availability:read'] };
const LOBBY: ApiKeyEntry = { name: 'lobby', sha256: hashOfKey(lobby), scopes: ['availability:read'] };

interface House extends AsyncDisposable {
  readonly sandbox: TestSandbox;
  readonly gateway: TestGateway;
  write(keys: readonly ApiKeyEntry[] | null): Promise<void>;
  statusOf(key: string): Promise<number>;
}

async function startHouse(keys: readonly ApiKeyEntry[]): Promise<House> {
  const folder = await temporaryFolder();
  const file = join(folder, 'keys.json');
  const write: House['write'] = (keys) => (keys === null ? rm(file) : writeFile(file, JSON.stringify(keys)));
  await write(keys);
  const sandbox = await startTestSandbox({ world: smallWorld() });
  const gateway = await startTestGateway({
    institutions: sandbox.institutions,
    env: { AUTH: '', API_KEYS_FILE: file },
  });
  return {
    sandbox,
    gateway,
    write,
    statusOf: async (key) =>
      (await query(gateway.graphql, '{ __typename }', {}, { 'x-api-key': key })).status,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function listenerWith(gateway: TestGateway, apiKey: string): Promise<RawSocket> {
  const socket = await openSocket(gateway.graphql, { payload: { apiKey } });
  const document = 'subscription { availabilityChanged { kind } }';
  socket.send({ type: 'subscribe', id: 'colors', payload: { query: document } });
  await socket.next(({ type }) => type === 'next');
  return socket;
}

async function subscriptionsOf({ gateway }: House): Promise<number | undefined> {
  return (await scrape(gateway.url)).value('foyer_socket_operations', { kind: 'subscription' });
}

describe('a file of API keys', () => {
  it('is obeyed while the gateway runs: a withdrawn key is let out, with its sockets and what they heard', async () => {
    await using house = await startHouse([SHOP]);
    const { gateway } = house;
    const socket = await listenerWith(gateway, shop);
    expect([await house.statusOf(shop), await house.statusOf(lobby)]).toEqual([200, 401]);

    await house.write([SHOP, LOBBY]);
    await eventually('the new key', async () => ((await house.statusOf(lobby)) === 200 ? true : null));
    const other = await listenerWith(gateway, lobby);
    expect(socket.isOpen()).toBe(true);
    expect(await subscriptionsOf(house)).toBe(2);

    await house.write([LOBBY]);
    expect(await socket.closed).toEqual({ code: 4403, reason: 'The API key was withdrawn or changed' });
    expect(await house.statusOf(shop)).toBe(401);
    await eventually('the end of the subscription', async () =>
      (await subscriptionsOf(house)) === 1 ? true : null,
    );
    expect(other.isOpen()).toBe(true);

    // A key that may do less now: whoever comes back is who he is now.
    await house.write([{ ...LOBBY, scopes: ['catalog:read'] }]);
    expect((await other.closed).code).toBe(4403);
    const again = await openSocket(gateway.graphql, { payload: { apiKey: lobby } });
    again.send({
      type: 'subscribe',
      id: 'a',
      payload: { query: 'subscription { availabilityChanged { kind } }' },
    });
    expect(await again.next()).toMatchObject({
      payload: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    });
    again.close();
  });

  it('that is lost keeps its keys and says so, and with none left nobody is let in', async () => {
    await using house = await startHouse([SHOP]);
    const { gateway } = house;
    const newest = async (): Promise<number | undefined> =>
      (await scrape(gateway.url)).value('foyer_api_keys_newest');
    expect(await newest()).toBe(1);
    await house.write(null);
    await eventually('what is wrong', async () => ((await newest()) === 0 ? true : null));
    expect(await house.statusOf(shop)).toBe(200);
    const ready = await fetch(`${gateway.url}health/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      expect.objectContaining({ reasons: [expect.stringContaining('API_KEYS_FILE cannot be used')] }),
    ]);

    await house.write([]);
    await eventually('the end of the key', async () => ((await house.statusOf(shop)) === 401 ? true : null));
    expect((await query(gateway.graphql, '{ __typename }')).status).toBe(401);
    const metrics = await scrape(gateway.url);
    expect([metrics.value('foyer_api_keys'), metrics.value('foyer_api_keys_newest')]).toEqual([0, 1]);
  });

  it('that has no key at the start opens no house either', async () => {
    await using house = await startHouse([]);
    expect((await query(house.gateway.graphql, '{ __typename }')).status).toBe(401);
  });
});
