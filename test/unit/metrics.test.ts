import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.js';
import { UnreadableOrderError } from '../../src/errors.js';
import { registerInstitutionGauges } from '../../src/metrics/institution-gauges.js';
import { createInstitutionSignals } from '../../src/metrics/institution-signals.js';
import { registerOrderGauges } from '../../src/metrics/order-gauges.js';
import { watchUnreadableOrders } from '../../src/metrics/unreadable-orders.js';
import { createOrderFigures, type OrderFigures } from '../../src/services/orders/order-figures.js';
import type { Institution } from '../../src/services/institution.types.js';
import { graphInstitution } from '../support/catalog-graph.js';
import { product, snapshotOf } from '../support/catalog-records.js';

const NO_ORDERS: OrderFigures = createOrderFigures({
  journal: {
    counts: () => Promise.resolve(new Map()),
    doubts: () => Promise.resolve({ orders: 0, oldestSince: null }),
  },
  clock: systemClock,
});

function metricsOf(register: (registry: Registry) => void): Promise<string> {
  const registry = new Registry();
  register(registry);
  return registry.metrics();
}

function institutionMetrics(lyric: Institution): Promise<string> {
  return metricsOf((registry) =>
    registerInstitutionGauges(registry, new Map([['lyric', lyric]]), systemClock),
  );
}

describe('metrics of the institutions', () => {
  it('tell budgets and catalogs, and no limit where there is none', async () => {
    const lyric = graphInstitution('lyric', await snapshotOf([product('1'), product('2')]));
    const text = await institutionMetrics(lyric);
    const lines = text.split('\n').filter((line) => !line.startsWith('#'));
    expect(lines).toEqual(
      expect.arrayContaining([
        'foyer_s360_budget_used{institution="lyric",window="MONTH"} 12',
        'foyer_s360_budget_limit{institution="lyric",window="MONTH"} 10000',
        'foyer_s360_budget_used{institution="lyric",window="MONTH_BYTES"} 34',
        'foyer_s360_circuit_open{institution="lyric"} 0',
        'foyer_catalog_products{institution="lyric"} 2',
      ]),
    );
    expect(text).not.toContain('budget_limit{institution="lyric",window="MONTH_BYTES"}');
  });

  it('tell how old and how well everything is', async () => {
    const lyric = graphInstitution('lyric', await snapshotOf([product('1')]));
    const now = 1_000_000;
    const finding = {
      service: 'S',
      path: 'a',
      kind: 'UNKNOWN_MEMBER',
      count: 3,
      firstSeenAt: 1,
      sample: null,
    };
    const institution = {
      ...lyric,
      upstream: { ...lyric.upstream, circuit: () => 'OPEN', drift: () => [finding, finding] },
      catalog: {
        ...lyric.catalog,
        freshness: () => ({ ...lyric.catalog.freshness(), observedAt: now - 90_000, source: 'STALE' }),
      },
      availability: {
        ...lyric.availability,
        pollTimes: () => ({ polledAt: now - 30_000, nextPollAt: now - 5_000 }),
      },
    } as Institution;
    const text = await metricsOf((registry) =>
      registerInstitutionGauges(registry, new Map([['lyric', institution]]), {
        ...systemClock,
        now: () => now,
      }),
    );
    const values = Object.fromEntries(
      [...text.matchAll(/^(foyer_\w+)\{institution="lyric"\} (\S+)$/gm)].map(([, name, value]) => [
        name,
        Number(value),
      ]),
    );
    expect(values).toEqual({
      foyer_s360_circuit_open: 1,
      foyer_s360_drift_findings: 2,
      foyer_catalog_age_seconds: 90,
      foyer_catalog_stale: 1,
      foyer_catalog_products: 1,
      foyer_availability_poll_age_seconds: 30,
      foyer_availability_poll_overdue_seconds: 5,
    });
  });

  it('leave out the age of a catalog that is not there', async () => {
    const lyric = graphInstitution('lyric', null);
    const text = await institutionMetrics(lyric);
    expect(text).toContain('foyer_catalog_products{institution="lyric"} 0');
    expect(text).not.toContain('foyer_catalog_age_seconds{');
  });
});

describe('what an institution tells as it happens', () => {
  it('is counted under what it was', async () => {
    const registry = new Registry();
    const lyric = createInstitutionSignals(registry)('lyric');
    const call = { service: 'S', method: 'm', lane: 'orders' } as const;
    lyric.callEnded({ ...call, outcome: 'success', ms: 1_500, bytes: 700 });
    lyric.callRefused({ lane: 'orders', by: 'MONTH' });
    lyric.availabilityRead('STALE');
    lyric.colorChanged(2_500);
    const told = (await registry.metrics())
      .split('\n')
      .filter((line) => !line.startsWith('#') && !/_bucket\{| 0$/.test(line) && line !== '');
    expect(told).toEqual([
      'foyer_s360_calls_total{institution="lyric",service="S",method="m",lane="orders",outcome="success"} 1',
      'foyer_s360_bytes_total{institution="lyric",service="S",method="m"} 700',
      'foyer_s360_call_seconds_sum{institution="lyric",service="S",method="m"} 1.5',
      'foyer_s360_call_seconds_count{institution="lyric",service="S",method="m"} 1',
      'foyer_s360_refusals_total{institution="lyric",lane="orders",by="MONTH"} 1',
      'foyer_availability_readings_total{institution="lyric",source="STALE"} 1',
      'foyer_color_change_delay_seconds_sum{institution="lyric"} 2.5',
      'foyer_color_change_delay_seconds_count{institution="lyric"} 1',
    ]);
  });
});

describe('orders that cannot be read', () => {
  it('are counted once each, with a line in the log for each', async () => {
    const registry = new Registry();
    const warned: object[] = [];
    const note = watchUnreadableOrders(registry, { warn: (facts: object) => void warned.push(facts) });
    expect(await registry.metrics()).toContain('foyer_orders_unreadable 0\n');
    for (const number of ['1', '2', '1']) note(new UnreadableOrderError(number, new Error('sealed')));
    expect(await registry.metrics()).toContain('foyer_orders_unreadable 2\n');
    expect(warned).toMatchObject([{ order: '1' }, { order: '2' }]);
  });
});

describe('metrics of orders', () => {
  const metricsWith = (figures: OrderFigures): Promise<string> =>
    metricsOf((registry) => {
      const lyric = graphInstitution('lyric', null);
      registerInstitutionGauges(registry, new Map([['lyric', lyric]]), systemClock);
      registerOrderGauges(registry, ['lyric'], figures);
    });

  it('tell every state, those without orders too, and the age of the oldest doubt', async () => {
    const now = 1_000_000;
    const figures = createOrderFigures({
      journal: {
        counts: () => Promise.resolve(new Map([['CLOSED', 7]] as const)),
        doubts: () => Promise.resolve({ orders: 2, oldestSince: now - 61_500 }),
      },
      clock: { ...systemClock, now: () => now },
    });
    const text = await metricsWith(figures);
    expect(text).toContain('foyer_orders{institution="lyric",state="CLOSED"} 7\n');
    expect(text).toContain('foyer_orders{institution="lyric",state="IN_DOUBT"} 0\n');
    expect(text.match(/^foyer_orders\{/gm)).toHaveLength(9);
    expect(text).toContain('foyer_orders_in_doubt_age_seconds{institution="lyric"} 61.5\n');
  });

  it('tell no age without a doubt', async () => {
    expect(await metricsWith(NO_ORDERS)).toContain(
      'foyer_orders_in_doubt_age_seconds{institution="lyric"} 0\n',
    );
  });

  it('are absent while the journal cannot be read, and cost no other metric', async () => {
    const broken = (): Promise<never> => Promise.reject(new Error('the journal is away'));
    const text = await metricsWith({ byState: broken, inDoubt: broken });
    expect(text).not.toMatch(/^foyer_orders/m);
    expect(text).toContain('foyer_catalog_products{institution="lyric"} 0');
  });

  it('are the last ones, with their age, while the journal does not answer, and are asked once meanwhile', async () => {
    const registry = new Registry();
    let questions = 0;
    let fail = (_cause: Error): void => undefined;
    const hangs = new Promise<never>((_resolve, reject) => (fail = reject));
    registerOrderGauges(registry, ['lyric'], {
      byState: (institution) => {
        questions += 1;
        return questions === 1 ? NO_ORDERS.byState(institution) : hangs;
      },
      inDoubt: () => Promise.resolve({ orders: 1, oldestMs: 2_000 }),
    });
    const ageIn = (text: string): number =>
      Number(/^foyer_orders_read_age_seconds\{institution="lyric"\} (\S+)$/m.exec(text)?.[1]);
    const before = await registry.metrics();
    const texts = [await registry.metrics(), await registry.metrics()];
    expect(questions).toBe(2);
    for (const text of texts) {
      expect(text).toContain('foyer_orders{institution="lyric",state="CLOSED"} 0\n');
      expect(text).toContain('foyer_orders_in_doubt_age_seconds{institution="lyric"} 2\n');
    }
    const ages = [before, ...texts].map(ageIn);
    expect(ages).toEqual(ages.toSorted((one, other) => one - other));
    expect(ages[2]).toBeGreaterThan(ages[0]!);
    fail(new Error('the journal is away'));
    await Promise.allSettled([hangs]);
    expect(await registry.metrics()).not.toMatch(/^foyer_orders/m);
  });

  it('are absent, and hold up nothing, where the journal never answered', async () => {
    const silent = (): Promise<never> => new Promise(() => undefined);
    const text = await metricsWith({ byState: silent, inDoubt: silent });
    expect(text).not.toMatch(/^foyer_orders/m);
    expect(text).toContain('foyer_catalog_products{institution="lyric"} 0');
  });
});
