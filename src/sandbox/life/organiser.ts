import type { Performance, Product } from '../model.js';
import type { Random } from '../random.js';
import { createVenueTime } from '../venue-time.js';
import { editSetup, moveLastSetupUpdate, pricesOf, type EditedInstitution } from './edit-setup.js';
import { listSellablePerformances } from './sellable.js';

export interface OrganiserOptions {
  readonly institution: EditedInstitution;
  readonly clock: { now(): number };
  /** How long the contract's minute lasts. */
  readonly minuteMs: number;
  /** 1 is an edit every twenty minutes or so; 0 is none. */
  readonly speed: number;
  readonly random: Random;
}

export interface Organiser {
  start(): void;
  stop(): void;
  /** One edit; nothing where there is no event on sale. */
  edit(): void;
}

const MINUTES_BETWEEN_EDITS = { from: 15, to: 25 };
const MOST_ADDED_PERFORMANCES = 20;
const DAY_MS = 86_400_000;
/** Prices stay on half units of the currency. */
const PRICE_STEP = 500;
const RENAMED = ' *';

/** The person who looks after the catalog: renames, changes prices, suspends and resumes, adds a performance. */
export function createOrganiser({
  institution,
  clock,
  minuteMs,
  speed,
  random,
}: OrganiserOptions): Organiser {
  const { world, stock } = institution;
  let timer: NodeJS.Timeout | null = null;
  let suspended: Product | null = null;
  let added = 0;

  function edit(): void {
    const nowMs = clock.now();
    if (suspended) {
      editSetup(institution, { productId: suspended.id, state: 'RUNNING' }, nowMs);
      suspended = null;
      return;
    }
    const sellable = listSellablePerformances(world, nowMs);
    if (sellable.length === 0) return;
    const { productId } = random.pick(sellable);
    const product = world.seasons.flatMap(({ products }) => products).find(({ id }) => id === productId);
    if (!product) return;
    const edits = [rename, changePrices, suspend, addPerformance];
    random.pick(edits)(product, nowMs);
    moveLastSetupUpdate(world, nowMs);
  }

  /** Marks the name, or takes the mark away. */
  function rename({ externalName }: Product): void {
    for (const translation of externalName.translations) {
      const { value } = translation;
      translation.value = value.endsWith(RENAMED) ? value.slice(0, -RENAMED.length) : value + RENAMED;
    }
  }

  function changePrices(product: Product): void {
    const factor = random.chance(0.5) ? 1.05 : 0.95;
    for (const price of pricesOf(product)) {
      price.amount = Math.round((price.amount * factor) / PRICE_STEP) * PRICE_STEP;
    }
  }

  function suspend(product: Product, nowMs: number): void {
    editSetup(institution, { productId: product.id, state: 'SUSPENDED' }, nowMs);
    suspended = product;
  }

  /** One more evening of an event: the day after its last, in the same room at the same prices. */
  function addPerformance(product: Product, nowMs: number): void {
    const performances = product.event?.performances ?? [];
    const last = performances
      .toSorted((one, other) => Date.parse(one.start) - Date.parse(other.start))
      .at(-1);
    const plan = world.stock.performances.find(({ performanceId }) => performanceId === last?.id);
    if (!last || !plan || added >= MOST_ADDED_PERFORMANCES) return rename(product);
    added += 1;
    const id = Math.max(...world.stock.performances.map(({ performanceId }) => performanceId)) + 1;
    performances.push({ ...structuredClone(last), id, start: dayAfter(last) });
    world.stock.performances.push({ ...plan, performanceId: id });
    stock.touch(product.id, nowMs);
  }

  function dayAfter(performance: Performance): string {
    const venueTime = createVenueTime(world.posConfig.organizationTimeZone);
    const [date = '', time = ''] = venueTime.wallClock(Date.parse(performance.start)).split('T');
    const nextDate = new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
    return venueTime.iso(venueTime.instant(nextDate, time));
  }

  function schedule(): void {
    const minutes = random.between(MINUTES_BETWEEN_EDITS.from, MINUTES_BETWEEN_EDITS.to);
    timer = setTimeout(
      () => {
        edit();
        schedule();
      },
      (minutes * minuteMs) / speed,
    );
    timer.unref();
  }

  return {
    edit,
    start() {
      if (!timer && speed > 0) schedule();
    },
    stop() {
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}
