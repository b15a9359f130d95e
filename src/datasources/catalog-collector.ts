import { encodeCatalogPart, type CatalogPart } from '../domain/catalog-part.js';
import type { Product, SeatCategory, Venue } from '../domain/catalog.js';
import { mapProduct, PoisonEntryError, type MappingContext } from './catalog-mapping.js';
import { mapSeason, mapTariffs, mapTopics, mapVenue } from './catalog-mapping-season.js';
import type { CatalogCounts, ThreadDrift } from './catalog-thread.types.js';
import type { WireObject } from './s360/answer-decoder.js';
import { MAX_SAMPLE } from './s360/drift.js';
import { idIn, objectIn, objectsIn } from './s360/wire-values.js';

export interface CollectorOptions {
  readonly timeZone: string;
  readonly ownSeasonIds: ReadonlySet<string> | null;
  readonly onPart: (text: string) => void;
}

/** A part is sent when it holds this much: decoding one then takes the main thread a few milliseconds. */
const MAX_PRODUCTS_IN_PART = 50;
const MAX_PRICES_IN_PART = 400;
const MAX_REPORTED_POISON = 100;

/** Turns the elements of one catalog, as they arrive, into parts of records. */
export class CatalogCollector {
  private readonly drift = new Map<string, ThreadDrift & { count: number }>();
  private readonly poison: { path: string; reason: string }[] = [];
  private readonly seatCategories = new Map<string, SeatCategory>();
  private newSeatCategories: SeatCategory[] = [];
  /** Products whose season had no id yet when they were complete. */
  private readonly orphans = new Map<WireObject, WireObject[]>();
  private readonly productIds = new Set<string>();
  private readonly performanceIds = new Set<string>();
  private pending: Product[] = [];
  private pendingPrices = 0;
  private counts = { products: 0, performances: 0, poisonCount: 0 };
  private readonly mapping: MappingContext;

  constructor(private readonly options: CollectorOptions) {
    this.mapping = {
      timeZone: options.timeZone,
      onUnknownWord: (path, word) =>
        this.noteDrift(`catalogData.${path}`, 'unknown-value', word.slice(0, MAX_SAMPLE)),
      onSeatCategory: (category) => {
        if (this.seatCategories.has(category.id)) return;
        this.seatCategories.set(category.id, category);
        this.newSeatCategories.push(category);
      },
    };
  }

  /** One `seasons[].products[]`; `season` is what was read of the season around it. */
  product(wire: WireObject, season: WireObject): void {
    const seasonId = idIn(season, 'id');
    if (seasonId !== undefined) {
      this.add(wire, seasonId);
      return;
    }
    const waiting = this.orphans.get(season);
    if (waiting === undefined) this.orphans.set(season, [wire]);
    else waiting.push(wire);
  }

  unknownMember(path: string): void {
    this.noteDrift(path, 'unknown-member', null);
  }

  /** Everything but the products, once the answer is complete. */
  finish(result: WireObject): { readonly counts: CatalogCounts; readonly drift: readonly ThreadDrift[] } {
    const data = objectIn(result, 'catalogData');
    const seasons = data === undefined ? [] : objectsIn(data, 'seasons');
    for (const season of seasons) {
      for (const wire of this.orphans.get(season) ?? []) this.add(wire, idIn(season, 'id'));
    }
    this.flush();
    const own = seasons.filter((season) => this.isOwn(idIn(season, 'id') ?? ''));
    this.send({
      seasons: own.flatMap((season) => mapSeason(season, this.mapping) ?? []),
      tariffs: own.flatMap((season) => mapTariffs(season, this.mapping)),
      topics: own.flatMap(mapTopics),
    });
    const rooms = data === undefined ? [] : objectsIn(data, 'physicalConfigurations');
    this.send({ venues: rooms.flatMap((room): Venue[] => [mapVenue(room) ?? []].flat()) });
    const counts = { ...this.counts, poison: this.poison, leakedSeasons: seasons.length - own.length };
    return { counts, drift: [...this.drift.values()] };
  }

  private add(wire: WireObject, seasonId: string | undefined): void {
    // Without an id nobody can say whose season it is: its products cannot be sold, nor be passed over in silence.
    if (seasonId !== undefined && !this.isOwn(seasonId)) return;
    this.counts.products += 1;
    try {
      if (seasonId === undefined) throw new PoisonEntryError('seasons.id', 'is not an id');
      const product = mapProduct(wire, seasonId, this.mapping);
      if (this.productIds.has(product.id)) throw new PoisonEntryError('products.id', 'comes a second time');
      if (product.performances.some(({ id }) => this.performanceIds.has(id)))
        throw new PoisonEntryError('products.event.performances.id', 'is in another product too');
      this.productIds.add(product.id);
      for (const { id } of product.performances) this.performanceIds.add(id);
      this.counts.performances += product.performances.length;
      this.pending.push(product);
      this.pendingPrices += priceCount(product);
    } catch (error) {
      if (!(error instanceof PoisonEntryError)) throw error;
      this.counts.poisonCount += 1;
      if (this.poison.length < MAX_REPORTED_POISON)
        this.poison.push({ path: error.path, reason: error.reason });
    }
    if (this.pending.length >= MAX_PRODUCTS_IN_PART || this.pendingPrices >= MAX_PRICES_IN_PART) this.flush();
  }

  private isOwn(seasonId: string): boolean {
    return this.options.ownSeasonIds === null || this.options.ownSeasonIds.has(seasonId);
  }

  private flush(): void {
    this.send({ products: this.pending, seatCategories: this.newSeatCategories });
    this.pending = [];
    this.newSeatCategories = [];
    this.pendingPrices = 0;
  }

  private send(part: CatalogPart): void {
    if (Object.values(part).some((records: readonly unknown[]) => records.length > 0)) {
      this.options.onPart(encodeCatalogPart(part));
    }
  }

  private noteDrift(path: string, kind: ThreadDrift['kind'], sample: string | null): void {
    const key = `${path} ${sample ?? ''}`;
    const known = this.drift.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.drift.size < 1_000) this.drift.set(key, { path, kind, sample, count: 1 });
  }
}

function priceCount({ performances, items }: Product): number {
  const ofPerformances = performances.reduce((sum, { prices }) => sum + prices.length, 0);
  return (
    ofPerformances + items.reduce((sum, { prices, timeslots }) => sum + prices.length + timeslots.length, 0)
  );
}
