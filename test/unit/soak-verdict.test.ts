import { describe, expect, it } from 'vitest';
import { problemsOfSoak, type SoakFigures, type SoakOrder } from '../../scripts/soak/verdict.js';

const kept: SoakOrder = { key: 'a', plan: 'KEEP', state: 'CLOSED', closes: 1, validTickets: 2, wanted: 2 };
const cancelled: SoakOrder = { ...kept, key: 'b', plan: 'CANCEL', state: 'CANCELLED', validTickets: 0 };
const left: SoakOrder = { ...kept, key: 'c', plan: 'LEAVE', state: 'ABANDONED', closes: 0, validTickets: 0 };

const GOOD: SoakFigures = {
  startedAt: [1, 1],
  heap: [100, 109],
  resident: [200, 400],
  brokenLimits: 0,
  contradictions: [],
  orders: [kept, cancelled, left, { ...left, state: 'REFUSED' }],
  contacts: { known: 3, unknown: 0, inBooks: 3 },
  queries: 1,
};
const TEN_MINUTES = 10;

describe('the verdict on a soak', () => {
  it('is good when the process lived, kept its memory and every limit, and every order is known', () => {
    expect(problemsOfSoak(GOOD, TEN_MINUTES)).toEqual([]);
  });

  it('says nothing of the memory of a process that is still warming up', () => {
    expect(problemsOfSoak({ ...GOOD, heap: [100, 150] }, 1)).toEqual([]);
  });

  const nothing = 'nothing was asked, sold or signed up, so nothing was shown';
  it.each<[Partial<SoakFigures>, string]>([
    [{ startedAt: [1, 2] }, 'the process did not live to the end'],
    [{ heap: [100, 112] }, 'the heap grew by 12 %'],
    [{ brokenLimits: 2 }, '2 calls broke a limit of S-360'],
    [{ contradictions: ['RED twice'] }, 'RED twice'],
    [{ contacts: { known: 3, unknown: 0, inBooks: 4 } }, '3 people signed up, S-360 has 4 of them'],
    [{ contacts: { known: 3, unknown: 1, inBooks: 4 } }, '1 contacts end unknown'],
    [{ contacts: { known: 0, unknown: 0, inBooks: 0 } }, nothing],
    [{ orders: [left] }, nothing],
    [{ queries: 0 }, nothing],
  ])('names what is wrong: %o', (figures, problem) => {
    expect(problemsOfSoak({ ...GOOD, ...figures }, TEN_MINUTES)).toEqual([problem]);
  });

  it.each<[SoakOrder, string]>([
    [{ ...kept, closes: 2 }, 'a is CLOSED, but was closed 2 times with 2 valid tickets'],
    [{ ...kept, closes: 0 }, 'a is CLOSED, but was closed 0 times with 2 valid tickets'],
    [{ ...kept, validTickets: 4 }, 'a is CLOSED, but was closed 1 times with 4 valid tickets'],
    [{ ...kept, state: 'REFUSED' }, 'a is REFUSED, but was closed 1 times with 2 valid tickets'],
    [{ ...kept, state: 'IN_DOUBT' }, 'a, of a buyer who wanted to KEEP, ends IN_DOUBT'],
    [{ ...kept, state: null }, 'a, of a buyer who wanted to KEEP, ends unknown'],
    [{ ...kept, state: 'CANCELLED', validTickets: 0 }, 'a, of a buyer who wanted to KEEP, ends CANCELLED'],
    [{ ...cancelled, validTickets: 2 }, 'b is CANCELLED, but was closed 1 times with 2 valid tickets'],
    [{ ...cancelled, state: 'CLOSED' }, 'b, of a buyer who wanted to CANCEL, ends CLOSED'],
    [{ ...left, closes: 1 }, 'c is ABANDONED, but was closed 1 times with 0 valid tickets'],
    [{ ...left, state: 'ON_HOLD' }, 'c, of a buyer who wanted to LEAVE, ends ON_HOLD'],
  ])('names the order that is not as its client knows it: %o', (order, problem) => {
    expect(problemsOfSoak({ ...GOOD, orders: [kept, order] }, TEN_MINUTES)).toEqual([problem]);
  });
});
