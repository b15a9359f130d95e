import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../src/resolvers/cursor.js';
import { pageOf, type Ordering, type Place, type SortedList } from '../../src/resolvers/paging.js';

interface Entry {
  readonly key: number;
  readonly id: string;
}

const ORDERING: Ordering<Entry, number> = {
  sort: 'KEY',
  asOf: null,
  keyOf: ({ key }) => key,
  idOf: ({ id }) => id,
  compareKeys: (a, b) => a - b,
  readKey: (key) => (typeof key === 'number' ? key : null),
  writeKey: (key) => key,
};

/** Few keys, so that many entries share one. */
const entries = fc.uniqueArray(
  fc.record({ key: fc.integer({ min: 0, max: 5 }), id: fc.integer({ min: 1, max: 400 }).map(String) }),
  { selector: ({ id }) => id, maxLength: 60 },
);

function listOf(
  institution: string,
  unsorted: readonly Entry[],
  isShown: SortedList<Entry>['isShown'] = null,
) {
  const sorted = [...unsorted].sort((a, b) => a.key - b.key || Number(a.id) - Number(b.id));
  return { institution, entries: sorted, isShown };
}

function placeOf(cursor: string): Place<number> {
  const { key, institution, s360Id } = decodeCursor('after', cursor, 'KEY');
  return { key: ORDERING.readKey(key)!, institution, s360Id };
}

/** Walks all pages; `between` may exchange the lists after each of them. */
function walk(
  lists: SortedList<Entry>[],
  first: number,
  between: () => SortedList<Entry>[] = () => lists,
): string[] {
  const seen: string[] = [];
  let after: Place<number> | null = null;
  for (let current = lists; ; current = between()) {
    const page = pageOf(current, ORDERING, { first, after });
    seen.push(...page.entries.map(({ institution, entry }) => `${institution}:${entry.id}`));
    if (!page.hasNextPage) return seen;
    after = placeOf(page.entries.at(-1)!.cursor);
  }
}

describe('paging', () => {
  it('brings every shown entry of all institutions exactly once, in order', () => {
    fc.assert(
      fc.property(
        entries,
        entries,
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        (lyric, arena, first, filters) => {
          const isShown = filters ? ({ id }: Entry) => Number(id) % 3 !== 0 : null;
          const lists = [listOf('lyric', lyric, isShown), listOf('arena', arena, isShown)];
          const expected = lists
            .flatMap(({ institution, entries }) => entries.map((entry) => ({ institution, ...entry })))
            .filter((entry) => isShown === null || isShown(entry))
            .sort(
              (a, b) =>
                a.key - b.key || a.institution.localeCompare(b.institution) || Number(a.id) - Number(b.id),
            )
            .map(({ institution, id }) => `${institution}:${id}`);
          expect(walk(lists, first)).toEqual(expected);
          expect(pageOf(lists, ORDERING, { first, after: null }).totalCount()).toBe(expected.length);
        },
      ),
    );
  });

  it('neither repeats nor leaves out what stays, whatever a reload adds and removes between the pages', () => {
    fc.assert(
      fc.property(
        entries,
        entries,
        entries,
        fc.integer({ min: 1, max: 7 }),
        (stays, leaves, comes, first) => {
          const stayingIds = new Set(stays.map(({ id }) => id));
          const others = (some: Entry[]): Entry[] => some.filter(({ id }) => !stayingIds.has(id));
          const before = [listOf('lyric', [...stays, ...others(leaves)])];
          // An entry that is there before and after with another key has moved: it may rightly be met at both places.
          const leavingIds = new Set(leaves.map(({ id }) => id));
          const coming = others(comes).filter(({ id }) => !leavingIds.has(id));
          const afterReload = [listOf('lyric', [...stays, ...coming])];
          const seen = walk(before, first, () => afterReload);
          const staying = listOf('lyric', stays).entries.map(({ id }) => `lyric:${id}`);
          expect(seen.filter((id) => stayingIds.has(id.slice(6)))).toEqual(staying);
          expect(new Set(seen).size).toBe(seen.length);
        },
      ),
    );
  });

  it('says that there is a page before only when something is shown there', () => {
    const lists = [
      listOf(
        'lyric',
        [
          { key: 1, id: '1' },
          { key: 2, id: '2' },
        ],
        ({ id }) => id === '2',
      ),
    ];
    const after: Place<number> = { key: 1, institution: 'lyric', s360Id: '1' };
    expect(pageOf(lists, ORDERING, { first: 5, after }).hasPreviousPage()).toBe(false);
    const unfiltered = lists.map((list) => ({ ...list, isShown: null }));
    expect(pageOf(unfiltered, ORDERING, { first: 5, after }).hasPreviousPage()).toBe(true);
  });
});

describe('a cursor', () => {
  it('comes back as it was', () => {
    const cursor = {
      sort: 'NAME',
      key: 'Été à l’opéra',
      institution: 'lyric',
      s360Id: '10229000000201',
      asOf: null,
    };
    expect(decodeCursor('after', encodeCursor(cursor), 'NAME')).toEqual(cursor);
  });

  it.each(['', 'x', 'bm90IGpzb24', Buffer.from('["KEY"]').toString('base64url'), 'A'.repeat(5_000)])(
    'is refused by name when it is %j',
    (text) => {
      expect(() => decodeCursor('after', text, 'KEY')).toThrow(/`after` must be a cursor/);
    },
  );

  it('is refused when it belongs to another order, which the message names', () => {
    const cursor = encodeCursor({ sort: 'NAME', key: 'A', institution: 'lyric', s360Id: '1', asOf: null });
    expect(() => decodeCursor('after', cursor, 'PRICE')).toThrow(/`after` must be .* sorted by PRICE/);
  });

  it('never throws anything but a clear refusal', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const encoded = Buffer.from(text).toString('base64url');
        for (const candidate of [text, encoded]) {
          expect(() => decodeCursor('after', candidate, 'KEY')).toThrow(/`after` must be/);
        }
      }),
    );
  });
});
