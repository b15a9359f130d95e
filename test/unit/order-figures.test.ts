import { describe, expect, it } from 'vitest';
import { serviceLevelOf } from '../../src/gateway/institution.js';
import { createOrderFigures, type OrderFigures } from '../../src/services/orders/order-figures.js';
import { graphInstitution, graphOf } from '../support/catalog-graph.js';
import { product, snapshotOf } from '../support/catalog-records.js';
import { createManualClock, type ManualClock } from '../support/manual-clock.js';

interface Counted {
  readonly figures: OrderFigures;
  readonly clock: ManualClock;
  /** How often the journal looked at every order. */
  readonly asked: () => number;
}

function countedFigures(): Counted {
  const clock = createManualClock();
  let asked = 0;
  const figures = createOrderFigures({
    clock,
    journal: {
      counts: () => {
        asked += 1;
        return asked === 2
          ? Promise.reject(new Error('the journal is away'))
          : Promise.resolve(new Map([['CLOSED', asked]] as const));
      },
      doubts: () => Promise.resolve({ orders: 2, oldestSince: 0 }),
    },
  });
  return { figures, clock, asked: () => asked };
}

describe('figures of orders', () => {
  it('look at every order once in five seconds, however many ask', async () => {
    const { figures, clock, asked } = countedFigures();
    await Promise.all([figures.byState('hall'), figures.byState('hall')]);
    await clock.advance(4_999);
    expect((await figures.byState('hall')).CLOSED).toBe(1);
    expect(asked()).toBe(1);
  });

  it('remember nothing of a failure', async () => {
    const { figures, clock } = countedFigures();
    await figures.byState('hall');
    await clock.advance(5_000);
    await expect(figures.byState('hall')).rejects.toThrow('the journal is away');
    expect(await figures.byState('hall')).toMatchObject({ CLOSED: 3, IN_DOUBT: 0 });
  });

  it('tell operators in the graph how many orders are in doubt', async () => {
    const graph = graphOf(graphInstitution('lyric', await snapshotOf([product('1')])));
    graph.orderFigures = countedFigures().figures;
    expect(await graph.data('{ institutions { upstream { inDoubtOrders } } }')).toEqual({
      institutions: [{ upstream: { inDoubtOrders: 2 } }],
    });
  });
});

describe('the service level', () => {
  it.each([
    { isSelling: false, source: 'CACHE', circuit: 'CLOSED', level: 'SALES_CLOSED' },
    { isSelling: false, source: 'STALE', circuit: 'OPEN', level: 'SALES_CLOSED' },
    { isSelling: true, source: 'STALE', circuit: 'CLOSED', level: 'DEGRADED' },
    { isSelling: true, source: 'CACHE', circuit: 'OPEN', level: 'DEGRADED' },
    { isSelling: true, source: 'CACHE', circuit: 'CLOSED', level: 'NORMAL' },
  ] as const)('is $level with $source answers, circuit $circuit, selling $isSelling', async (facts) => {
    const pointOfSales = { ...(await snapshotOf([product('1')])).pointOfSales, isSelling: facts.isSelling };
    const snapshot = await snapshotOf([product('1')], { pointOfSales });
    const { freshness } = graphInstitution('lyric', snapshot);
    const catalog = {
      current: () => snapshot,
      freshness: () => ({ ...freshness, source: facts.source }),
    };
    expect(serviceLevelOf(catalog, { circuit: () => facts.circuit })).toBe(facts.level);
  });
});
