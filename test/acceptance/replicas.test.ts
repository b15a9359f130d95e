import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changingStock } from '../support/changing-stock.js';
import { startWitness, type ColorWitness } from '../support/color-witness.js';
import { violationsOf } from '../support/contract-limits.js';
import { eventually } from '../support/eventually.js';
import { queryData, subscribe } from '../support/graphql-client.js';
import { NO_POSTGRES, skipNote, startPostgres, type PostgresServer } from '../support/postgres.js';
import { NO_REDIS } from '../support/redis.js';
import { startHouse, type House, type Replica } from '../support/replicas.js';
import { placeOrder, twoPlaces } from '../support/shop.js';
import { startLoad } from '../support/steady-load.js';
import { CloseOrderDocument, CreateOrderDocument, OrderUpdatedDocument } from '../operations/operations.js';

/** The contract's minute: short, but long beside what three processes on two cores may be late. */
const MINUTE_MS = 1_000;
const POLL = 'getUpdatedAvailabilities';
/** A lost call is believed dead after 4 s. */
const SHORT_QUARANTINE = { S360_ORDER_DEADLINE_MS: '700', S360_QUARANTINE_MS: '3700' };
const ANNOUNCED = { DRAIN_ANNOUNCE_MS: '1500' };
const NOT_HERE = NO_REDIS ?? NO_POSTGRES;

const STALE_REASON = `query ($id: ID!) { performance(id: $id) { availability { color freshness { staleReason } } } }`;

interface Colored {
  readonly performance: {
    readonly availability: {
      readonly color: string;
      readonly freshness: { readonly staleReason: string | null };
    };
  };
}

/** The replica that asks S-360 what moved, caught while its question is on the way. */
function nextToPoll(replicas: readonly Replica[]): Promise<Replica> {
  return Promise.race(replicas.map((replica) => replica.toS360.sees(POLL).then(() => replica)));
}

/** A subscriber that begins at this replica and goes to the others only when it is thrown out. */
async function witnessAt(replica: Replica, house: House): Promise<ColorWitness> {
  const others = (): Replica[] => house.replicas.filter((other) => other !== replica);
  return house.use(
    await startWitness({
      replicas: () => [replica, ...others()].map(({ url }) => `${url}graphql`),
      institutions: ['lyric'],
    }),
  );
}

function urlsOf({ replicas }: House): string[] {
  return replicas.map(({ url }) => url);
}

async function witnessesOf(house: House): Promise<ColorWitness[]> {
  return Promise.all(house.replicas.map((replica) => witnessAt(replica, house)));
}

async function stalenessAt({ url }: Replica, id: string): Promise<string | null> {
  const { performance } = await queryData<Colored>(url, STALE_REASON, { id });
  return performance.availability.freshness.staleReason;
}

describe.skipIf(NOT_HERE !== null)(`three processes${skipNote(NOT_HERE)}`, { timeout: 180_000 }, () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(async () => {
    await postgres[Symbol.asyncDispose]();
  });

  describe('of which nothing fails', () => {
    let house: House;
    beforeAll(async () => {
      house = await startHouse({ postgres, replicas: 3, minuteMs: MINUTE_MS });
    }, 60_000);
    afterAll(() => house[Symbol.asyncDispose]());

    it('ask S-360 as one, and every one of them tells its subscribers every change', async () => {
      const urls = urlsOf(house);
      const stock = await changingStock(house.sandbox, urls);
      const watching = await witnessesOf(house);
      await using load = startLoad(urls);
      // Each flip needs a poll, and a poll at least a minute.
      for (let minute = 0; minute < 3; minute += 1) {
        await stock.flip();
        await stock.isSeenBy(...watching);
      }
      await load.stop();

      expect(load.failures).toEqual([]);
      expect(load.answered()).toBeGreaterThan(100);
      const calls = await house.sandbox.journal();
      expect(violationsOf(calls, MINUTE_MS)).toEqual([]);
      expect(calls.filter(({ method }) => method === 'getCatalogDetailed')).toHaveLength(1);
      expect(watching.flatMap(({ goodbyes }) => goodbyes)).toEqual([]);
    });

    it('make one order of a key that is sent to all of them at once', async () => {
      const line = await twoPlaces(house.replicas[0]!.url);
      const outcomes = await Promise.all(
        house.replicas.map(({ url }) => placeOrder(url, 'sent-three-times', line)),
      );
      expect(new Set(outcomes.map(({ order }) => order?.id)).size).toBe(1);
      const closed = await Promise.all(
        house.replicas.map(({ url }) => placeOrder(url, 'sent-three-times', line)),
      );
      const { orders } = await house.sandbox.books('lyric');
      expect(orders).toMatchObject([{ state: 'CLOSED', closes: 1 }]);
      for (const { order } of closed) {
        expect(order?.tickets.map(({ barcode }) => barcode?.value)).toEqual(orders[0]!.barcodes);
      }
    });

    it('tell whoever watches an order at one of them what another one does with it', async () => {
      const [here, there] = house.replicas;
      const lines = [await twoPlaces(here!.url)];
      const { createOrder } = await queryData(here!.url, CreateOrderDocument, {
        input: { clientOrderId: 'watched', lines },
      });
      const orderId = createOrder.order!.id;
      await using watching = subscribe(there!.url, OrderUpdatedDocument, { orderId });
      expect((await watching.next()).orderUpdated.state).toBe('ON_HOLD');
      await queryData(here!.url, CloseOrderDocument, { input: { orderId } });
      const states: string[] = [];
      while (states.at(-1) !== 'CLOSED') states.push((await watching.next()).orderUpdated.state);
      expect(states.filter((state) => state === 'CLOSED')).toHaveLength(1);
    });
  });

  it('go on when the one that polls is killed and another one is frozen for a while', async () => {
    await using house = await startHouse({ postgres, replicas: 3, minuteMs: MINUTE_MS });
    const stock = await changingStock(house.sandbox, urlsOf(house));
    const watching = await witnessesOf(house);
    await using load = startLoad(urlsOf(house));

    const killed = await nextToPoll(house.replicas);
    load.leave(killed.url);
    killed.process.signal('SIGKILL');
    await stock.flip();
    await stock.isSeenBy(...watching);

    const frozen = await nextToPoll(house.replicas.filter((replica) => replica !== killed));
    load.leave(frozen.url);
    frozen.process.signal('SIGSTOP');
    await stock.flip();
    await stock.isSeenBy(...watching);
    frozen.process.signal('SIGCONT');
    await stock.flip();
    await stock.isSeenBy(...watching);
    const awake = await witnessAt(frozen, house);
    await stock.flip();
    await stock.isSeenBy(...watching);
    await awake.until('the last color', () =>
      awake.changes.some(({ after }) => after === stock.colors.at(-1)),
    );

    expect(load.failures).toEqual([]);
    expect(awake.goodbyes).toEqual([]);
    expect(violationsOf(await house.sandbox.journal(), MINUTE_MS)).toEqual([]);
  });

  it('serve while Redis is killed, frozen or emptied, and no subscriber is told anything twice', async () => {
    await using house = await startHouse({ postgres, replicas: 3, minuteMs: MINUTE_MS });
    const [first] = house.replicas;
    const stock = await changingStock(house.sandbox, urlsOf(house));
    const watching = await witnessesOf(house);
    await using load = startLoad(urlsOf(house));
    const untilAllSayWhy = (): Promise<unknown> =>
      Promise.all(
        house.replicas.map((replica) =>
          eventually('that a replica says why it does not poll', () =>
            stalenessAt(replica, stock.performanceId),
          ),
        ),
      );

    await house.redis.kill();
    await untilAllSayWhy();
    await house.sandbox.clearJournal();
    await stock.flip();
    const line = await twoPlaces(first!.url);
    expect((await placeOrder(first!.url, 'redis-is-away', line)).order?.state).toBe('CLOSED');
    await house.redis.start();
    await stock.isSeenBy(...watching);

    await nextToPoll(house.replicas);
    house.redis.freeze();
    await untilAllSayWhy();
    house.redis.thaw();
    await stock.flip();
    await stock.isSeenBy(...watching);

    await load.stop();
    expect(load.failures).toEqual([]);
    expect(violationsOf(await house.sandbox.journal(), MINUTE_MS)).toEqual([]);
    expect(watching.flatMap(({ kinds }) => kinds)).not.toContain('GAP');

    await house.redis.restart({ isEmpty: true });
    for (const witness of watching) {
      await witness.until(
        'a gap and a snapshot',
        () =>
          witness.kinds.lastIndexOf('SNAPSHOT') > witness.kinds.indexOf('GAP') &&
          witness.kinds.includes('GAP'),
      );
    }
    expect(violationsOf(await house.sandbox.journal(), MINUTE_MS)).toEqual([]);
  });

  it('leave the polling to the others when one of them is cut off from Redis', async () => {
    await using house = await startHouse({ postgres, replicas: 3, minuteMs: MINUTE_MS });
    const [cut, ...others] = house.replicas;
    const stock = await changingStock(house.sandbox, urlsOf(house));
    const watching = await Promise.all(others.map((replica) => witnessAt(replica, house)));
    const patient = await witnessAt(cut!, house);
    await using load = startLoad(urlsOf(house));

    cut!.toRedis.cut();
    await eventually('that it says why it does not poll', () => stalenessAt(cut!, stock.performanceId));
    const pollsBefore = cut!.toS360.count(POLL);
    await stock.flip();
    await stock.isSeenBy(...watching);
    await stock.flip();
    await stock.isSeenBy(...watching);
    expect(cut!.toS360.count(POLL)).toBe(pollsBefore);
    expect(patient.changes).toEqual([]);

    cut!.toRedis.mend();
    await stock.isSeenBy(patient);
    await eventually('that it is no longer stale', async () =>
      (await stalenessAt(cut!, stock.performanceId)) === null ? true : null,
    );
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(patient.goodbyes).toEqual([]);
    expect(violationsOf(await house.sandbox.journal(), MINUTE_MS)).toEqual([]);
  });

  it('settle the order of one that died at it, once, and tell whoever watches it elsewhere', async () => {
    await using house = await startHouse({
      postgres,
      replicas: 3,
      minuteMs: MINUTE_MS,
      settings: SHORT_QUARANTINE,
    });
    const [dying, alive] = house.replicas;
    const line = await twoPlaces(dying!.url);
    // It is created at S-360, but nobody hears of it.
    await house.sandbox.fault({
      method: 'createOrUpdateOrder',
      kind: 'delayAfter',
      delayMs: 60_000,
      times: 1,
    });
    const created = dying!.toS360.sees('createOrUpdateOrder');
    const unanswered = placeOrder(dying!.url, 'died-at-it', line).catch((error: unknown) => error);
    await created;
    await eventually('that S-360 has made it', async () =>
      (await house.sandbox.books('lyric')).orders.length === 1 ? true : null,
    );
    dying!.process.signal('SIGKILL');
    expect(await unanswered).toBeInstanceOf(Error);

    const orderId = await eventually('the order in the journal', async () => {
      const found = await queryData<{ order: { id: string } | null }>(
        alive!.url,
        '{ order(clientOrderId: "died-at-it") { id } }',
      );
      return found.order?.id;
    });
    await using watching = subscribe(alive!.url, OrderUpdatedDocument, { orderId });
    const states: string[] = [];
    while (states.at(-1) !== 'CLOSED') states.push((await watching.next()).orderUpdated.state);
    expect((await house.sandbox.books('lyric')).orders).toMatchObject([{ state: 'CLOSED', closes: 1 }]);
    expect((await placeOrder(alive!.url, 'died-at-it', line)).order).toMatchObject({
      id: orderId,
      state: 'CLOSED',
    });
  });

  it('are replaced one after the other while orders are placed, and nobody misses anything', async () => {
    await using house = await startHouse({
      postgres,
      replicas: 2,
      minuteMs: MINUTE_MS,
      settings: ANNOUNCED,
    });
    const [first, second] = house.replicas;
    const stock = await changingStock(house.sandbox, urlsOf(house));
    const line = await twoPlaces(first!.url);
    const watching = await witnessesOf(house);
    await stock.flip();
    await stock.isSeenBy(...watching);

    for (const old of [first!, second!]) {
      const replacement = await house.start(ANNOUNCED);
      expect(replacement.toS360.count('getCatalogDetailed')).toBe(0);
      await house.sandbox.fault({
        method: 'createOrUpdateOrder',
        kind: 'delayBefore',
        delayMs: 2_000,
        times: 1,
      });
      const created = old.toS360.sees('createOrUpdateOrder');
      const placed = placeOrder(old.url, `while-${old === first ? 'first' : 'second'}-goes`, line);
      await created;
      old.process.signal('SIGTERM');
      expect(await readinessOf(old)).toEqual({ ready: false, reasons: ['stopping'] });
      await stock.flip();
      expect((await placed).order?.state).toBe('CLOSED');
      expect(await old.process.exit()).toBe(0);
      await stock.isSeenBy(...watching);
    }
    for (const { goodbyes } of watching) {
      expect(goodbyes).toContainEqual({
        code: 1001,
        reason: 'reconnect: Foyer is stopping, go on from your cursor',
      });
    }
    expect((await house.sandbox.books('lyric')).orders.map(({ closes }) => closes)).toEqual([1, 1]);
    expect(violationsOf(await house.sandbox.journal(), MINUTE_MS)).toEqual([]);
  });
});

async function readinessOf({ url }: Replica): Promise<unknown> {
  return eventually('that it is not ready', async () => {
    const answer = await fetch(`${url}health/ready`);
    return answer.status === 503 ? answer.json() : null;
  });
}
