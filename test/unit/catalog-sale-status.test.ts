import { describe, expect, it } from 'vitest';
import type { AvailabilityColor } from '../../src/domain/availability.js';
import type { CatalogState, SalesPeriod } from '../../src/domain/catalog.js';
import { performanceSaleStatus, productSaleStatus } from '../../src/domain/sale-status.js';
import { performance, price, product } from '../support/catalog-records.js';

const NOW = 1_000_000;
const period = (opensAt: number | null, closesAt: number | null): SalesPeriod => ({
  opensAt,
  closesAt,
  tariffIds: [],
});
const BEFORE = [period(NOW + 1, null)];
const OPEN = [period(NOW, NOW + 1)];
const AFTER = [period(null, NOW)];

const colored = (color: AvailabilityColor) => ({ ofPerformance: () => color, ofProduct: () => color });

interface Case {
  readonly product?: CatalogState;
  readonly performance?: CatalogState;
  readonly periods?: readonly (readonly SalesPeriod[])[];
  readonly color?: AvailabilityColor;
  readonly startsAt?: number;
}

function subject({
  product: productState = 'RUNNING',
  performance: state = 'RUNNING',
  periods = [[]],
  startsAt = NOW + 1,
}: Case) {
  const prices = periods.map((salesPeriods) => price({ salesPeriods }));
  const one = performance('11', '1', { state, startsAt, prices });
  return { one, of: product('1', { state: productState, performances: [one] }) };
}

describe('the sale status of a performance', () => {
  it.each<[Case, string]>([
    [{}, 'ON_SALE'],
    [{ color: 'ORANGE' }, 'ON_SALE'],
    [{ color: 'UNKNOWN' }, 'ON_SALE'],
    [{ color: 'RED' }, 'TEMPORARILY_UNAVAILABLE'],
    [{ color: 'GREY' }, 'TEMPORARILY_UNAVAILABLE'],
    [{ performance: 'VALIDATED' }, 'SOON_ON_SALE'],
    [{ product: 'VALIDATED' }, 'SOON_ON_SALE'],
    [{ performance: 'SUSPENDED' }, 'TEMPORARILY_UNAVAILABLE'],
    [{ product: 'SUSPENDED' }, 'TEMPORARILY_UNAVAILABLE'],
    [{ performance: 'CANCELED' }, 'CANCELED'],
    [{ product: 'CANCELED_CLOSED', performance: 'RUNNING' }, 'CANCELED'],
    [{ performance: 'CLOSED' }, 'SALES_ENDED'],
    [{ performance: 'PREPARING' }, 'UNKNOWN'],
    [{ performance: 'UNKNOWN' }, 'UNKNOWN'],
    [{ startsAt: NOW }, 'SALES_ENDED'],
    [{ performance: 'CANCELED', startsAt: NOW - 1 }, 'CANCELED'],
    [{ periods: [BEFORE] }, 'SOON_ON_SALE'],
    [{ periods: [BEFORE], color: 'GREY' }, 'SOON_ON_SALE'],
    [{ periods: [OPEN] }, 'ON_SALE'],
    [{ periods: [OPEN], color: 'RED' }, 'TEMPORARILY_UNAVAILABLE'],
    [{ periods: [AFTER], color: 'GREEN' }, 'SALES_ENDED'],
    [{ periods: [AFTER, BEFORE] }, 'TEMPORARILY_UNAVAILABLE'],
    [{ periods: [AFTER, OPEN] }, 'ON_SALE'],
    [{ periods: [AFTER, []] }, 'ON_SALE'],
    [{ periods: [] }, 'ON_SALE'],
  ])('%j is %s', (facts, status) => {
    const { one, of } = subject(facts);
    expect(performanceSaleStatus(of, one, colored(facts.color ?? 'GREEN'), NOW)).toBe(status);
  });

  it('does not follow the periods of prices that only holders of a price level get', () => {
    const prices = [price({ salesPeriods: BEFORE }), price({ priceLevelId: '7', salesPeriods: OPEN })];
    const one = performance('11', '1', { startsAt: NOW + 1, prices });
    expect(performanceSaleStatus(product('1', { performances: [one] }), one, colored('GREEN'), NOW)).toBe(
      'SOON_ON_SALE',
    );
  });
});

describe('the sale status of a product', () => {
  const at = (id: string, startsAt: number, state: CatalogState = 'RUNNING') =>
    performance(id, '1', { startsAt, state });

  it.each([
    [[at('11', NOW - 1), at('12', NOW + 1)], 'ON_SALE'],
    [[at('11', NOW + 1, 'SUSPENDED'), at('12', NOW + 1, 'VALIDATED')], 'TEMPORARILY_UNAVAILABLE'],
    [[at('11', NOW - 1), at('12', NOW + 1, 'VALIDATED')], 'SOON_ON_SALE'],
    [[at('11', NOW - 1), at('12', NOW + 1, 'CANCELED')], 'SALES_ENDED'],
    [[at('11', NOW + 1, 'CANCELED')], 'CANCELED'],
  ] as const)('is the most hopeful of its performances (%#: %s)', (performances, status) => {
    expect(productSaleStatus(product('1', { performances }), colored('GREEN'), NOW)).toBe(status);
  });

  it('is its own when it is suspended, whatever its performances are', () => {
    const of = product('1', { state: 'SUSPENDED', performances: [at('11', NOW + 1)] });
    expect(productSaleStatus(of, colored('GREEN'), NOW)).toBe('TEMPORARILY_UNAVAILABLE');
  });

  it('without performances follows its items: their periods, slots and color', () => {
    const pass = (endsAt: number, salesPeriods: readonly SalesPeriod[] = []) =>
      product('2', {
        kind: 'PASS',
        items: [
          {
            id: '731',
            name: [],
            timeslots: [{ id: '711', startsAt: 0, endsAt, quota: null }],
            prices: [price({ salesPeriods })],
          },
        ],
      });
    expect(productSaleStatus(pass(NOW + 1), colored('GREEN'), NOW)).toBe('ON_SALE');
    expect(productSaleStatus(pass(NOW + 1), colored('RED'), NOW)).toBe('TEMPORARILY_UNAVAILABLE');
    expect(productSaleStatus(pass(NOW + 1, BEFORE), colored('GREEN'), NOW)).toBe('SOON_ON_SALE');
    expect(productSaleStatus(pass(NOW), colored('GREEN'), NOW)).toBe('SALES_ENDED');
  });
});
