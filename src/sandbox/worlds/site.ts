import { createRandom, type Random } from '../random.js';
import { createCalendar, type Calendar } from './calendar.js';
import { createIds, type Ids } from './ids.js';
import { createPlaceRegister, type PlaceRegister } from './rooms.js';
import { createStockPlan, type StockPlanBuilder } from './stock-plan.js';

/** What every part of one institution's world is built with. */
export interface BuildingSite {
  readonly code: string;
  readonly ids: Ids;
  readonly calendar: Calendar;
  readonly random: Random;
  readonly register: PlaceRegister;
  readonly stock: StockPlanBuilder;
}

export interface SiteOptions {
  readonly code: string;
  /** Five digits. */
  readonly idPrefix: number;
  readonly seed: string | number;
  readonly nowMs: number;
  readonly timeZone: string;
}

export function openSite({ code, idPrefix, seed, nowMs, timeZone }: SiteOptions): BuildingSite {
  const ids = createIds(idPrefix);
  return {
    code,
    ids,
    calendar: createCalendar(nowMs, timeZone),
    random: createRandom(seed).fork(code),
    register: createPlaceRegister(ids),
    stock: createStockPlan(),
  };
}

/**
 * The moment of the last change of the set-up in a world that nobody edited yet: early this morning, or yesterday's
 * before that, so that a restart on the same day finds the same. The minute is that of the seed and `variant`: another
 * world is another set-up to whoever kept the one before.
 */
export function lastSetupUpdate({ calendar, random }: BuildingSite, nowMs: number, variant = ''): string {
  const minute = random.fork(`set-up/${variant}`).between(0, 239);
  const time = `0${1 + Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
  const today = calendar.at(0, time);
  return Date.parse(today) <= nowMs ? today : calendar.at(-1, time);
}
