import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { FairSlices, type Pace } from '../../src/cache/fair-slices.js';
import { LimitExceededError } from '../../src/errors.js';
import { graphInstitution, graphOf, limitedGraphOf } from '../support/catalog-graph.js';
import { performance as performanceRecord, price, product, snapshotOf } from '../support/catalog-records.js';

/** Thousands of fields, all in memory: many times a slice. */
async function largeHouse() {
  const products = Array.from({ length: 100 }, (_, index) => {
    const id = String(1_000 + index);
    const performances = Array.from({ length: 10 }, (__, date) =>
      performanceRecord(`${id}${date}`, id, { prices: Array.from({ length: 10 }, () => price()) }),
    );
    return product(id, { performances });
  });
  return graphInstitution('hall', await snapshotOf(products));
}

const LONG = `{ products(first: 100) { nodes { id availability { color } performances(first: 100) { nodes {
  id name prices { tariff { id name } seatCategory { id name } amount { amount currency } } availability { color } } } } } }`;

describe('a long answer', () => {
  it('lets others in on the way, and still asks for everything at once', async () => {
    const house = await largeHouse();
    const asked: number[] = [];
    const { availability } = house;
    const graph = graphOf({
      ...house,
      availability: {
        ...availability,
        ofPerformances(ids) {
          asked.push(ids.length);
          return availability.ofPerformances(ids);
        },
      },
    });
    let turns = 0;
    let isAnswered = false;
    const count = (): void => {
      turns += 1;
      if (!isAnswered) setImmediate(count);
    };
    setImmediate(count);
    const data = await graph.data(LONG);
    isAnswered = true;
    const { nodes } = data['products'] as { nodes: { performances: { nodes: { prices: unknown[] }[] } }[] };
    expect(
      nodes.flatMap(({ performances }) => performances.nodes).flatMap(({ prices }) => prices),
    ).toHaveLength(10_000);
    expect(turns).toBeGreaterThan(10);
    expect(asked).toEqual([1_000]);
  });
});

describe('an answer that is longer than was assumed', () => {
  const graphWith = async (maxFields: number) => limitedGraphOf({ maxFields }, await largeHouse());
  const PRICES =
    '{ product(id: "hall:1000") { ...P } } fragment P on Product { performances { nodes { prices { a: priceLevelId ...L } } } } fragment L on Price { b: priceLevelId }';

  it('is refused from where it is too long, whatever its fields are written in', async () => {
    const graph = await graphWith(229);
    const { data, errors } = await graph.query(PRICES);
    expect(data).toEqual({ product: null });
    expect(errors?.[0]?.originalError).toBeInstanceOf(LimitExceededError);
    expect((await (await graphWith(230)).query(PRICES)).errors).toBeUndefined();
  });

  it('is counted anew in each operation', async () => {
    const graph = await graphWith(230);
    for (let asked = 0; asked < 3; asked++) expect((await graph.query(PRICES)).errors).toBeUndefined();
  });
});

describe('fair slices', () => {
  it('go round: who has little to do is not behind who has much', async () => {
    const slices = new FairSlices();
    const order: string[] = [];
    const work = async (name: string, pace: Pace, items: number): Promise<void> => {
      const done = [...pace.of(Array.from({ length: items }, (_, index) => index))].map(async (item) => {
        await item;
        busyFor(1);
        order.push(name);
      });
      await Promise.all(done);
    };
    busyFor(1);
    while (!slices.isOver());
    await Promise.all([work('long', slices.begin(), 20), work('short', slices.begin(), 2)]);
    expect(order.slice(0, 4)).toEqual(['long', 'short', 'long', 'short']);
    expect(order).toHaveLength(22);
  });

  it('are shorter for what begins while others wait, so that it does not overtake them', async () => {
    const slices = new FairSlices();
    const lengthOfSlice = async (): Promise<number> => {
      await new Promise((resolve) => setImmediate(resolve));
      const startedAt = performance.now();
      while (!slices.isOver());
      return performance.now() - startedAt;
    };
    const alone = await lengthOfSlice();
    const done: number[] = [];
    const items = [...slices.begin().of(Array.from({ length: 100 }, (_, index) => index))];
    const long = Promise.all(
      items.map(async (item) => {
        done.push(await item);
        busyFor(1);
      }),
    );
    const beside: number[] = [];
    // Other programs can make any of them longer.
    while (done.length < items.length) beside.push(await lengthOfSlice());
    await long;
    expect(Math.min(...beside)).toBeLessThan(0.75 * alone);
  });

  it('do what waits for the end of a long answer in the name of who asked for it', async () => {
    const slices = new FairSlices();
    const names = new AsyncLocalStorage<string>();
    const done: (string | undefined)[] = [];
    busyFor(1);
    while (!slices.isOver());
    const ask = async (): Promise<void> => {
      const pace = slices.begin();
      const items = [...pace.of([1, 2])];
      pace.onceCaughtUp(() => done.push(names.getStore()));
      for (const item of items) await item;
    };
    await Promise.all([names.run('one', ask), names.run('two', ask)]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toEqual(['one', 'two']);
  });

  it('give what is short back as it is', () => {
    const items = [...new FairSlices().begin().of(['a', 'b'])];
    expect(items).toEqual(['a', 'b']);
  });
});

function busyFor(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
