import type { Price, Product, SalesPeriod } from '../domain/catalog.js';
import type { TranslatedText } from '../domain/text.js';

type Writable<T> = { -readonly [Member in keyof T]: T[Member] };

/**
 * Makes equal values of one catalog the same value. A large catalog repeats the same few hundred ids, amounts and
 * sales periods in hundreds of thousands of prices; kept apart they are most of its memory.
 */
export class CatalogInterning {
  readonly #strings = new Map<string, string>();
  readonly #amounts = new Map<bigint, bigint>();
  readonly #periods = new Map<string, readonly SalesPeriod[]>();

  /** Changes the product, which nobody else has seen yet. Prices are left to `internPrices`, since they are many. */
  internProduct(product: Writable<Product>): void {
    product.seasonId = this.#string(product.seasonId);
    product.topicIds = this.#stringList(product.topicIds);
    product.name = this.#text(product.name);
    for (const performance of product.performances as Writable<Product['performances'][number]>[]) {
      performance.productId = product.id;
      performance.name = this.#text(performance.name);
      performance.venueId = performance.venueId === null ? null : this.#string(performance.venueId);
      performance.seatCategoryIds = this.#stringList(performance.seatCategoryIds);
    }
  }

  internPrices(prices: readonly Price[]): void {
    for (const price of prices as readonly Writable<Price>[]) {
      price.tariffId = this.#string(price.tariffId);
      if (price.seatCategoryId !== null) price.seatCategoryId = this.#string(price.seatCategoryId);
      if (price.priceLevelId !== null) price.priceLevelId = this.#string(price.priceLevelId);
      price.amountMilli = this.#amount(price.amountMilli);
      price.salesPeriods = this.#periodList(price.salesPeriods);
    }
  }

  #string(value: string): string {
    const known = this.#strings.get(value);
    if (known !== undefined) return known;
    this.#strings.set(value, value);
    return value;
  }

  #stringList(values: readonly string[]): readonly string[] {
    return values.map((value) => this.#string(value));
  }

  /** Locales and, since performances often repeat their product's name, the texts too. */
  #text(text: TranslatedText): TranslatedText {
    return text.map(([locale, value]) => [this.#string(locale), this.#string(value)] as const);
  }

  #amount(amount: bigint): bigint {
    const known = this.#amounts.get(amount);
    if (known !== undefined) return known;
    this.#amounts.set(amount, amount);
    return amount;
  }

  #periodList(periods: readonly SalesPeriod[]): readonly SalesPeriod[] {
    if (periods.length === 0) return NO_PERIODS;
    const key = JSON.stringify(periods);
    const known = this.#periods.get(key);
    if (known !== undefined) return known;
    this.#periods.set(key, periods);
    return periods;
  }
}

const NO_PERIODS: readonly SalesPeriod[] = [];
