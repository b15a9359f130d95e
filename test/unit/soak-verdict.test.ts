import { describe, expect, it } from 'vitest';
import { problemsOfSoak, type SoakFigures } from '../../scripts/soak-verdict.js';

const GOOD: SoakFigures = {
  startedAt: [1, 1],
  heap: [100, 109],
  resident: [200, 400],
  brokenLimits: 0,
  contradictions: [],
  orders: [
    { key: 'a', state: 'CLOSED', closes: 1 },
    { key: 'b', state: 'REFUSED', closes: 0 },
  ],
  queries: 1,
};

describe('the verdict on a soak', () => {
  it('is good when the process lived, kept its memory and every limit, and every order is known', () => {
    expect(problemsOfSoak(GOOD)).toEqual([]);
  });

  it.each<[Partial<SoakFigures>, string]>([
    [{ startedAt: [1, 2] }, 'the process did not live to the end'],
    [{ heap: [100, 112] }, 'the heap grew by 12 %'],
    [{ brokenLimits: 2 }, '2 calls broke a limit of S-360'],
    [{ contradictions: ['RED twice'] }, 'RED twice'],
    [{ orders: [{ key: 'a', state: 'CLOSED', closes: 2 }] }, 'a is closed, but was closed 2 times'],
    [{ orders: [{ key: 'a', state: 'CLOSED', closes: 0 }] }, 'a is closed, but was closed 0 times'],
    [{ orders: [{ key: 'a', state: 'REFUSED', closes: 1 }] }, 'a is REFUSED, but was closed 1 times'],
    [{ orders: [{ key: 'a', state: 'IN_DOUBT', closes: 1 }] }, 'a ends IN_DOUBT'],
    [{ orders: [{ key: 'a', state: null, closes: 0 }] }, 'a ends unknown'],
    [{ orders: [] }, 'nothing was asked, so nothing was shown'],
  ])('names what is wrong: %o', (figures, problem) => {
    expect(problemsOfSoak({ ...GOOD, ...figures })).toEqual([problem]);
  });
});
