import { describe, expect, it } from 'vitest';
import { readinessOf } from '../../src/gateway/readiness.js';

const hall = (notReadyReason: string | null): Parameters<typeof readinessOf>[0] => {
  const fresh = { observedAt: 0, source: 'CACHE', staleReason: null, nextRefreshAt: null } as const;
  const catalog = {
    current: () => null,
    freshness: () => fresh,
    changes: () => ({ async *[Symbol.asyncIterator]() {} }),
    notReadyReason: () => notReadyReason,
  };
  return new Map([['hall', { code: 'hall', catalog }]]);
};

describe('readiness of a replica', () => {
  it('tells that Redis is away, and stays ready to serve', () => {
    const { ready, reasons } = readinessOf(hall(null), { redis: { isUp: () => false } });
    expect(ready).toBe(true);
    expect(reasons).toEqual([expect.stringContaining('Redis is away')]);
  });

  it('says nothing of a Redis that answers, and nothing where there is one process', () => {
    expect(readinessOf(hall(null), { redis: { isUp: () => true } })).toEqual({ ready: true, reasons: [] });
    expect(readinessOf(hall(null))).toEqual({ ready: true, reasons: [] });
  });

  it('is not ready for reasons of its institutions, whatever Redis does', () => {
    const { ready, reasons } = readinessOf(hall('S-360 does not answer'), { redis: { isUp: () => false } });
    expect(ready).toBe(false);
    expect(reasons).toEqual(['hall: S-360 does not answer', expect.stringContaining('Redis is away')]);
  });
});
