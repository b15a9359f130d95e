import { describe, expect, it } from 'vitest';
import { nextOrderNumber } from '../../src/journal/order-number.js';

const NOW = Date.UTC(2026, 10, 25);

describe('the number of an order', () => {
  it('is the time and five random digits', () => {
    expect(nextOrderNumber(NOW, () => 42)).toBe(`${NOW}00042`);
    expect(nextOrderNumber(NOW)).toMatch(new RegExp(`^${NOW}\\d{5}$`));
  });

  it('sorts by time as text', () => {
    const numbers = [NOW + 1, NOW + 999, NOW + 1_000].map((now, index) =>
      nextOrderNumber(now, () => 9 - index),
    );
    expect([...numbers].sort()).toEqual(numbers);
  });

  it('has room for a hundred thousand in a millisecond', () => {
    const bounds: number[] = [];
    nextOrderNumber(NOW, (below) => bounds.push(below));
    expect(bounds).toEqual([100_000]);
  });

  it('refuses a time that would not sort', () => {
    expect(() => nextOrderNumber(1_000)).toThrow('now must be epoch ms of 13 digits, got 1000');
    expect(() => nextOrderNumber(NaN)).toThrow(RangeError);
  });
});
