import type {
  CatalogState,
  Performance,
  Price,
  Product,
  ProductItem,
  SalesPeriod,
  SeatCategory,
  Timeslot,
} from '../domain/catalog.js';
import { compareS360Ids } from '../domain/ids.js';
import { instantOfLocal } from '../domain/local-to-instant.js';
import type { TranslatedText } from '../domain/text.js';
import type { WireObject } from './s360/answer-decoder.js';
import { productKindOf, stateOf } from './s360/guesses.js';
import { idIn, instantIn, integerIn, objectIn, objectsIn, textIn, idsIn } from './s360/wire-values.js';

/** What the mapping of one catalog needs beside the wire objects, and whom it tells of what is odd. */
export interface MappingContext {
  /** Of the organisation: time slots come as local dates and times. */
  readonly timeZone: string;
  /** Told of a word that we do not know; the record then says UNKNOWN. */
  readonly onUnknownWord: (path: string, word: string) => void;
  /** Told of each seat category met; one id is met many times. */
  readonly onSeatCategory: (category: SeatCategory) => void;
}

/** A member without which an entry cannot be sold or shown is missing or wrong. */
export class PoisonEntryError extends Error {
  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(`${path}: ${reason}`);
  }
}

/** `catalogData.seasons[].products[]` of getCatalogDetailed. Throws PoisonEntryError. */
export function mapProduct(wire: WireObject, seasonId: string, context: MappingContext): Product {
  const id = required(idIn(wire, 'id'), 'products.id', 'is not an id');
  const family = textIn(wire, 'productFamilyType');
  const kind = productKindOf(family);
  if (kind === undefined && family !== undefined) context.onUnknownWord('products.productFamilyType', family);
  return {
    id,
    seasonId,
    code: textIn(wire, 'code') ?? id,
    kind: kind ?? 'UNKNOWN',
    name: mapText(wire, 'externalName'),
    description: mapText(wire, 'description'),
    imageUrl: textIn(wire, 'largeImageUrl') ?? textIn(wire, 'mediumImageUrl') ?? textIn(wire, 'logo') ?? null,
    state: mapState(wire, 'products.state', context),
    topicIds: idsIn(wire, 'topicIds'),
    performances: firstOfEach(
      objectsIn(objectIn(wire, 'event') ?? NOTHING, 'performances').map((performance) =>
        mapPerformance(performance, id, context),
      ),
      (performance) => performance.id,
    ).sort((a, b) => a.startsAt - b.startsAt || compareS360Ids(a.id, b.id)),
    items: mapItems(wire, context),
    containedProductIds: mapLines(wire),
  };
}

function mapPerformance(wire: WireObject, productId: string, context: MappingContext): Performance {
  const path = 'products.event.performances';
  const durationSeconds = integerIn(wire, 'duration');
  const seatCategories = objectsIn(wire, 'seatCategories').flatMap((category) => {
    const id = idIn(category, 'id');
    return id === undefined
      ? []
      : [{ id, code: textIn(category, 'code') ?? null, name: mapText(category, 'externalName') }];
  });
  seatCategories.forEach(context.onSeatCategory);
  return {
    id: required(idIn(wire, 'id'), `${path}.id`, 'is not an id'),
    productId,
    name: mapText(wire, 'externalName'),
    startsAt: required(instantIn(wire, 'start'), `${path}.start`, 'is not an instant'),
    durationMinutes: durationSeconds === undefined ? null : Math.round(durationSeconds / 60),
    venueId: idIn(wire, 'physicalConfigurationId') ?? null,
    state: mapState(wire, `${path}.state`, context),
    seatCategoryIds: [...new Set(seatCategories.map(({ id }) => id))],
    prices: mapPrices(objectsIn(wire, 'prices'), `${path}.prices`),
  };
}

function mapPrices(wires: readonly WireObject[], path: string): readonly Price[] {
  return firstOfEach(
    wires.map((wire) => mapPrice(wire, path)),
    ({ seatCategoryId, tariffId, priceLevelId }) => `${seatCategoryId} ${tariffId} ${priceLevelId}`,
  );
}

/** The largest amount whose minor units fit a GraphQL Int. */
const MAX_AMOUNT_MILLI = 21_474_836_470n;

function mapPrice(wire: WireObject, path: string): Price {
  const amount = textIn(wire, 'amount');
  const isWhole = amount !== undefined && /^-?\d{1,18}$/.test(amount);
  const amountMilli = required(
    isWhole ? BigInt(amount) : undefined,
    `${path}.amount`,
    'is not a whole number',
  );
  if (amountMilli > MAX_AMOUNT_MILLI || amountMilli < -MAX_AMOUNT_MILLI) {
    throw new PoisonEntryError(`${path}.amount`, 'is out of range');
  }
  return {
    tariffId: required(idIn(wire, 'audSubCatId'), `${path}.audSubCatId`, 'is not an id'),
    seatCategoryId: idIn(wire, 'seatCatId') ?? null,
    priceLevelId: idIn(wire, 'priceLevelId') ?? null,
    amountMilli,
    minQuantity: integerIn(wire, 'minQty') ?? null,
    maxQuantity: integerIn(wire, 'maxQty') ?? null,
    salesPeriods: objectsIn(wire, 'salePeriods').map(mapSalesPeriod),
  };
}

function mapSalesPeriod(wire: WireObject): SalesPeriod {
  return {
    opensAt: instantIn(wire, 'start') ?? null,
    closesAt: instantIn(wire, 'end') ?? null,
    tariffIds: idsIn(wire, 'audienceSubCatIds'),
  };
}

/** Members that hold items; which of them a family uses is known for passes and services only. */
const ITEM_HOLDERS = [
  'pass',
  'service',
  'seasonTicket',
  'membership',
  'goods',
  'transport',
  'hospitality',
] as const;

function mapItems(wire: WireObject, context: MappingContext): readonly ProductItem[] {
  return ITEM_HOLDERS.flatMap((holder) => {
    const holding = objectIn(wire, holder);
    if (holding === undefined) return [];
    const timeslots = mapTimeslots(holding, context.timeZone);
    return objectsIn(holding, 'items').map((item) => ({
      id: required(idIn(item, 'itemId'), `products.${holder}.items.itemId`, 'is not an id'),
      name: mapText(item, 'externalName'),
      timeslots: idsIn(item, 'timeslotIds').flatMap((id) => timeslots.get(id) ?? []),
      prices: mapPrices(objectsIn(item, 'itemPrices'), `products.${holder}.items.itemPrices`),
    }));
  });
}

/** A slot whose dates cannot be read is left out: the item can still be shown. */
function mapTimeslots(holding: WireObject, timeZone: string): ReadonlyMap<string, Timeslot> {
  return new Map(
    objectsIn(holding, 'timeslots').flatMap((wire) => {
      const id = idIn(wire, 'id');
      const [date, time] = [textIn(wire, 'startDate'), textIn(wire, 'startTime')];
      if (id === undefined || date === undefined || time === undefined) return [];
      const startsAt = instantOfLocal(date.slice(0, 10), time, timeZone);
      const lastStartsAt = instantOfLocal((textIn(wire, 'endDate') ?? date).slice(0, 10), time, timeZone);
      if (startsAt === undefined || lastStartsAt === undefined) return [];
      const endsAt = lastStartsAt + (integerIn(wire, 'duration') ?? 0) * 1_000;
      return [[id, { id, startsAt, endsAt, quota: integerIn(wire, 'quota') ?? null }]];
    }),
  );
}

function mapLines(wire: WireObject): readonly string[] {
  const lines = [objectIn(wire, 'seasonTicket'), objectIn(wire, 'package')].flatMap((composed) =>
    composed === undefined ? [] : objectsIn(composed, 'lines'),
  );
  return [...new Set(lines.flatMap((line) => idIn(objectIn(line, 'product') ?? NOTHING, 'id') ?? []))];
}

export function mapText(wire: WireObject, member: string): TranslatedText {
  return objectsIn(objectIn(wire, member) ?? NOTHING, 'translations').flatMap((translation) => {
    const locale = textIn(translation, 'locale');
    const value = textIn(translation, 'value');
    return locale === undefined || value === undefined ? [] : [[locale, value] as const];
  });
}

export function mapState(wire: WireObject, path: string, context: MappingContext): CatalogState {
  const word = textIn(wire, 'state');
  const state = stateOf(word);
  if (state === undefined && word !== undefined) context.onUnknownWord(path, word);
  return state ?? 'UNKNOWN';
}

function required<T>(value: T | undefined, path: string, reason: string): T {
  if (value === undefined) throw new PoisonEntryError(path, reason);
  return value;
}

/** The same thing may come twice: the first one counts. */
function firstOfEach<T>(records: readonly T[], keyOf: (record: T) => string): T[] {
  const first = new Map<string, T>();
  for (const record of records) if (!first.has(keyOf(record))) first.set(keyOf(record), record);
  return [...first.values()];
}

const NOTHING: WireObject = Object.freeze(Object.create(null));
