import type { Item, Price, SalePeriod } from '../model.js';
import type { Calendar } from './calendar.js';
import type { Tariff } from './tariffs.js';

/** When something is sold, relative to the day the world is made. */
export type SaleWindow = 'open' | 'soon' | 'ended' | 'always';

/** Thousandths. */
const HALF_UNIT = 500;

/**
 * The sale periods of one tariff. Subscribers and members may buy two weeks before everybody.
 * `untilDay` is the last day, counted from today.
 */
export function salePeriods(
  calendar: Calendar,
  tariff: Pick<Tariff, 'id' | 'main'>,
  window: SaleWindow,
  untilDay: number,
): SalePeriod[] {
  if (window === 'always') return [];
  const early = tariff.main === 'OCCASIONAL' ? 0 : 14;
  const opensOn = { open: -45, soon: 9, ended: -90 }[window] - early;
  const closesOn = window === 'ended' ? -2 : Math.max(untilDay, opensOn + 1);
  return [
    {
      start: calendar.at(opensOn, '10:00'),
      end: calendar.at(closesOn, '23:59'),
      audienceSubCatIds: [tariff.id],
    },
  ];
}

export interface PriceGrid {
  /** Full price of the best category, in thousandths. */
  readonly fullAmount: number;
  /** Share of the full price for each category, in the order of `seatCategories`. */
  readonly categoryShares: readonly number[];
  readonly seatCategories: readonly { readonly id: number }[];
  readonly tariffs: readonly Tariff[];
  readonly periodsOf: (tariff: Tariff) => SalePeriod[];
}

/** One price for each category and tariff, categories in their order. */
export function gridPrices({
  fullAmount,
  categoryShares,
  seatCategories,
  tariffs,
  periodsOf,
}: PriceGrid): Price[] {
  const periods = new Map(tariffs.map((tariff) => [tariff.id, periodsOf(tariff)]));
  return seatCategories.flatMap(({ id }, index) =>
    tariffs.map((tariff) => ({
      audSubCatId: tariff.id,
      seatCatId: id,
      amount: roundedAmount(fullAmount * (categoryShares[index] ?? 1) * tariff.share),
      salePeriods: periods.get(tariff.id) ?? [],
    })),
  );
}

/** One price of an item for each tariff. */
export function itemPrices(
  fullAmount: number,
  tariffs: readonly Tariff[],
  periodsOf: (tariff: Tariff) => SalePeriod[],
): Item['itemPrices'] {
  return tariffs.map((tariff) => ({
    audSubCatId: tariff.id,
    amount: roundedAmount(fullAmount * tariff.share),
    minQty: 1,
    maxQty: 20,
    salePeriods: periodsOf(tariff),
  }));
}

/** To half a unit of the currency. */
export function roundedAmount(amount: number): number {
  return Math.round(amount / HALF_UNIT) * HALF_UNIT;
}
