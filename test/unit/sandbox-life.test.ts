import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createInstitution } from '../../src/sandbox/institution.js';
import { createBuyers } from '../../src/sandbox/life/buyers.js';
import { editSetup } from '../../src/sandbox/life/edit-setup.js';
import { createOrganiser } from '../../src/sandbox/life/organiser.js';
import type { InstitutionWorld } from '../../src/sandbox/model.js';
import { createRandom } from '../../src/sandbox/random.js';
import { createStock } from '../../src/sandbox/stock.js';
import type { Stock } from '../../src/sandbox/stock.types.js';
import { createWorld } from '../../src/sandbox/worlds/world.js';

const NOW_MS = Date.parse('2026-03-05T14:20:00Z');
const MINUTE_MS = 3000;
const HALF_MINUTE_STEPS = 60;
const INSTITUTIONS = ['lyric', 'atlas', 'arena'] as const;

function worldOf(code: string): InstitutionWorld {
  return createWorld({ seed: 1, nowMs: NOW_MS, sizeMb: 1 }).institutions.find((each) => each.code === code)!;
}

/** The color of every performance and of every product without one, as somebody who watches sees them. */
function colorsOf(world: InstitutionWorld, stock: Stock, nowMs: number): Map<string, string> {
  const colors = new Map<string, string>();
  const performanceIds = world.stock.performances.map(({ performanceId }) => performanceId);
  const productIds = world.seasons.flatMap(({ products }) => products.map(({ id }) => id));
  for (const entry of stock.performanceEntries(
    performanceIds,
    { seatCategoryIds: [], contingentIds: [] },
    nowMs,
  )) {
    colors.set(`performance ${entry.performanceId}`, entry.availabilityLevel);
  }
  for (const entry of stock.itemEntries(productIds, nowMs)) {
    colors.set(`item ${entry.itemId} ${entry.timeslotId}`, entry.availabilityLevel);
  }
  return colors;
}

function watch(code: string, steps: number, stepsBetweenLooks = 1) {
  const world = worldOf(code);
  const stock = createStock(world);
  let nowMs = NOW_MS;
  const clock = { now: () => nowMs };
  const buyers = createBuyers({
    institution: world,
    stock,
    clock,
    minuteMs: MINUTE_MS,
    speed: 1,
    random: createRandom(7),
  });
  const changes: string[] = [];
  let before = colorsOf(world, stock, nowMs);
  for (let step = 0; step < steps; step += 1) {
    buyers.step();
    nowMs += MINUTE_MS / 6;
    if (step % stepsBetweenLooks !== 0) continue;
    const after = colorsOf(world, stock, nowMs);
    for (const [subject, color] of after) {
      if (before.get(subject) !== color)
        changes.push(`${step}: ${subject} ${before.get(subject)} > ${color}`);
    }
    before = after;
  }
  return { changes, world, stock };
}

describe('buyers', () => {
  it.each(INSTITUTIONS)('change several colors in each half minute of a demonstration in %s', (code) => {
    const { changes } = watch(code, 4 * HALF_MINUTE_STEPS);

    for (let half = 0; half < 4; half += 1) {
      const inHalf = changes.filter(
        (change) => Math.floor(Number.parseInt(change, 10) / HALF_MINUTE_STEPS) === half,
      );
      expect(inHalf.length).toBeGreaterThan(5);
    }
    for (const turn of ['GREEN > ORANGE', 'ORANGE > RED', 'ORANGE > GREEN']) {
      expect(changes.some((change) => change.endsWith(turn))).toBe(true);
    }
  });

  it('do the same for the same seed', () => {
    expect(watch('atlas', 60).changes).toEqual(watch('atlas', 60).changes);
  });

  it('do not sell a house out for good', () => {
    const { world, stock } = watch('atlas', 1500, 500);
    const colors = [...colorsOf(world, stock, NOW_MS).values()].filter((color) => color !== 'GREY');

    expect(colors.filter((color) => color === 'GREEN').length).toBeGreaterThan(colors.length * 0.7);
  });
});

describe('the life of an institution', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW_MS }));
  afterEach(() => void vi.useRealTimers());

  const liveAt = (speed: number, world = worldOf('atlas')) =>
    createInstitution(world, { clock: { now: () => Date.now() }, minuteMs: MINUTE_MS, speed, seed: 1 });
  const movedIn = ({ stock, world }: ReturnType<typeof liveAt>) =>
    stock.updatedSince(
      world.seasons.flatMap(({ products }) => products.map(({ id }) => id)),
      0,
    ).length;

  it('stands still at speed 0', () => {
    const institution = liveAt(0);
    institution.start();
    vi.advanceTimersByTime(60 * MINUTE_MS);

    expect(vi.getTimerCount()).toBe(0);
    expect(movedIn(institution)).toBe(0);
  });

  it('goes on until it is stopped, which may be done twice', () => {
    const institution = liveAt(1);
    institution.start();
    institution.start();
    vi.advanceTimersByTime(2 * MINUTE_MS);
    expect(movedIn(institution)).toBeGreaterThan(0);

    institution.stop();
    institution.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('edits the set-up every twenty minutes or so, but never that of a copy', () => {
    const [edited, copy] = [liveAt(1), liveAt(1, { ...worldOf('atlas'), isCopy: true })];
    const before = edited.world.lastSetupUpdate;
    edited.start();
    copy.start();
    vi.advanceTimersByTime(14 * MINUTE_MS);
    expect(edited.world.lastSetupUpdate).toBe(before);

    vi.advanceTimersByTime(12 * MINUTE_MS);
    expect(Date.parse(edited.world.lastSetupUpdate)).toBeGreaterThan(Date.parse(before));
    expect(copy.world.lastSetupUpdate).toBe(before);
    edited.stop();
    copy.stop();
  });
});

describe('the organiser', () => {
  it('edits for a long time and leaves a world that still fits together', () => {
    const world = worldOf('lyric');
    const stock = createStock(world);
    const before = JSON.stringify(world.seasons);
    let nowMs = NOW_MS;
    const organiser = createOrganiser({
      institution: { world, stock },
      clock: { now: () => nowMs },
      minuteMs: MINUTE_MS,
      speed: 1,
      random: createRandom(3),
    });
    const updates = new Set<string>();
    for (let edit = 0; edit < 120; edit += 1) {
      organiser.edit();
      nowMs += MINUTE_MS;
      updates.add(world.lastSetupUpdate);
    }
    const performances = world.seasons.flatMap(({ products }) =>
      products.flatMap(({ event }) => event?.performances ?? []),
    );
    const added =
      performances.length -
      JSON.parse(before).flatMap((season: InstitutionWorld['seasons'][number]) =>
        season.products.flatMap(({ event }) => event?.performances ?? []),
      ).length;

    expect(updates.size).toBe(120);
    expect(added).toBeGreaterThan(0);
    expect(added).toBeLessThanOrEqual(20);
    expect(new Set(performances.map(({ id }) => id)).size).toBe(performances.length);
    expect(new Set(world.stock.performances.map(({ performanceId }) => performanceId))).toEqual(
      new Set(performances.map(({ id }) => id)),
    );
    expect(performances.every(({ prices }) => prices.every(({ amount }) => Number.isInteger(amount)))).toBe(
      true,
    );
  });
});

describe('editing the set-up', () => {
  function edited(change: { name?: string; amount?: number; state?: 'SUSPENDED' }) {
    const world = worldOf('atlas');
    const stock = createStock(world);
    const before = world.lastSetupUpdate;
    const product = world.seasons[0]!.products.find(({ code }) => code === 'TALK1')!;
    const isDone = editSetup({ world, stock }, { productId: product.id, ...change }, NOW_MS);
    return { world, stock, product, before, isDone };
  }

  it('renames in every language', () => {
    const { product, isDone } = edited({ name: 'Renamed' });

    expect(isDone).toBe(true);
    expect(product.externalName.translations.map(({ value }) => value)).toEqual([
      'Renamed',
      'Renamed',
      'Renamed',
    ]);
  });

  it('prices every performance anew', () => {
    const { product } = edited({ amount: 12_345 });
    const amounts = product.event!.performances.flatMap(({ prices }) => prices.map(({ amount }) => amount));

    expect(new Set(amounts)).toEqual(new Set([12_345]));
  });

  it('changes the state, which moves the stock', () => {
    const { product, stock } = edited({ state: 'SUSPENDED' });

    expect(product.state).toBe('SUSPENDED');
    expect(stock.updatedSince([product.id], 0)).toHaveLength(1);
  });

  it('moves the last set-up update each time, even in the same millisecond', () => {
    const { world, stock, product, before } = edited({ name: 'Once' });
    const once = world.lastSetupUpdate;
    editSetup({ world, stock }, { productId: product.id, name: 'Twice' }, NOW_MS);

    expect(Date.parse(once)).toBe(NOW_MS);
    expect(Date.parse(before)).toBeLessThan(NOW_MS);
    expect(Date.parse(world.lastSetupUpdate)).toBeGreaterThan(NOW_MS);
  });

  it('changes nothing for a product that is not there', () => {
    const world = worldOf('atlas');
    const before = structuredClone(world);

    expect(editSetup({ world, stock: createStock(world) }, { productId: 1, name: 'x' }, NOW_MS)).toBe(false);
    expect(world).toEqual(before);
  });
});
