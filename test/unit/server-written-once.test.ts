import { describe, expect, it } from 'vitest';
import { writtenOnce } from '../../src/server/written-once.js';

describe('a result that is written once', () => {
  it('is the same JSON, and keeps nothing of what it told', () => {
    const data: Record<string, unknown> = { products: [{ id: '1' }], other: null };
    const errors = [{ message: 'no', extensions: { code: 'NOT_FOUND' } }];
    const told = JSON.stringify({ data, errors });
    expect(JSON.stringify(writtenOnce({ data, errors }))).toBe(told);
    expect(data).toEqual({});
  });

  it.each([{ data: null, errors: [{ message: 'no' }] }, { errors: [{ message: 'no' }] }])(
    'may have no data: %j',
    (result) => {
      expect(JSON.stringify(writtenOnce(result))).toBe(JSON.stringify(result));
    },
  );
});
