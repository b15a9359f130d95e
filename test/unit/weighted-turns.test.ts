import { describe, expect, it } from 'vitest';
import { EventTurns } from '../../src/server/fresh-subscription.js';
import { WeightedTurns } from '../../src/weighted-turns.js';

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('turns by weight', () => {
  it('let in what fits, and the rest in its order as room is made', async () => {
    const turns = new WeightedTurns(10);
    const begun: string[] = [];
    const enter = async (name: string, weight: number): Promise<() => void> => {
      const leave = await turns.enter(weight);
      begun.push(name);
      return leave;
    };
    const [a, b] = await Promise.all([enter('a', 6), enter('b', 4)]);
    const c = enter('c', 5);
    const d = enter('d', 1);
    await turnOfTheLoop();
    expect(begun).toEqual(['a', 'b']);
    b();
    b();
    await turnOfTheLoop();
    // Nothing light overtakes what waits before it.
    expect(begun).toEqual(['a', 'b']);
    a();
    await turnOfTheLoop();
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    (await c)();
    (await d)();
  });

  it('are taken by each one for whom it is done, whatever another one asked for before', async () => {
    const turns = new WeightedTurns(1);
    const begun: string[] = [];
    const wait = async (whose: string): Promise<void> => {
      const leave = await turns.enter(1, whose);
      begun.push(whose);
      leave();
    };
    const leave = await turns.enter(1, 'a');
    const waiting = ['a', 'a', 'a', 'b', 'c', 'b'].map(wait);
    leave();
    await Promise.all(waiting);
    expect(begun).toEqual(['a', 'b', 'c', 'a', 'b', 'a']);
  });

  it('let in alone what is heavier than all of them may be', async () => {
    const turns = new WeightedTurns(10);
    const first = await turns.enter(1);
    const heavy = turns.enter(1_000);
    let hasBegun = false;
    void heavy.then(() => (hasBegun = true));
    await turnOfTheLoop();
    expect(hasBegun).toBe(false);
    first();
    const leave = await heavy;
    const last = turns.enter(1);
    leave();
    (await last)();
  });

  it('begin what waited in another turn of the event loop', async () => {
    const turns = new WeightedTurns(1);
    const leave = await turns.enter(1);
    let hasBegun = false;
    void turns.enter(1).then(() => (hasBegun = true));
    leave();
    await Promise.resolve();
    await Promise.resolve();
    expect(hasBegun).toBe(false);
    await turnOfTheLoop();
    expect(hasBegun).toBe(true);
  });
});

describe('turns of events', () => {
  it('come to one of few changes beside any number of those of many', async () => {
    const turns = new EventTurns();
    const begun: string[] = [];
    await turns.enter(5_000, '');
    for (let waiting = 0; waiting < 300; waiting++)
      void turns.enter(5_000, '').then(() => begun.push('many'));
    (await turns.enter(100, ''))();
    expect(begun).toEqual([]);
  });
});
