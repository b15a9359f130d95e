import { compareS360Ids } from '../domain/ids.js';
import { encodeCursor, type Cursor } from './cursor.js';

/** How a list is sorted: by key, then institution, then id, so that no two entries are equal. */
export interface Ordering<Entry, Key> {
  /** Part of every cursor: a cursor of one ordering is refused by the others. */
  readonly sort: string;
  readonly asOf: number | null;
  keyOf(entry: Entry): Key;
  idOf(entry: Entry): string;
  compareKeys(a: Key, b: Key): number;
  /** Of a cursor; null when it is none. */
  readKey(key: Cursor['key']): Key | null;
  writeKey(key: Key): Cursor['key'];
}

/** The entries of one institution, sorted. */
export interface SortedList<Entry> {
  readonly institution: string;
  readonly entries: readonly Entry[];
  /** Null shows all. */
  readonly isShown: ((entry: Entry) => boolean) | null;
}

/** What a connection is made of. What few clients ask for is counted only when they do. */
export interface Page<Entry> {
  readonly entries: readonly {
    readonly entry: Entry;
    readonly institution: string;
    readonly cursor: string;
  }[];
  readonly hasNextPage: boolean;
  hasPreviousPage(): boolean;
  totalCount(): number;
}

/** The first `first` entries after the cursor, of all lists merged. The cursor must belong to the ordering. */
export function pageOf<Entry, Key>(
  lists: readonly SortedList<Entry>[],
  ordering: Ordering<Entry, Key>,
  { first, after }: { readonly first: number; readonly after: Place<Key> | null },
): Page<Entry> {
  const starts = lists.map((list) => (after === null ? 0 : firstAfter(list, ordering, after)));
  const next = starts.map((start, index) => nextShown(lists[index]!, start));
  const entries: Page<Entry>['entries'][number][] = [];
  for (;;) {
    const index = smallest(lists, next, ordering);
    if (index === null || entries.length === first) {
      return {
        entries,
        hasNextPage: index !== null,
        hasPreviousPage: () => lists.some((list, at) => nextShown(list, 0) < starts[at]!),
        totalCount: () => lists.reduce((total, list) => total + countShown(list), 0),
      };
    }
    const list = lists[index]!;
    const entry = list.entries[next[index]!]!;
    entries.push({ entry, institution: list.institution, cursor: cursorOf(list, ordering, entry) });
    next[index] = nextShown(list, next[index]! + 1);
  }
}

/** Where a page begins: behind this place. */
export interface Place<Key> {
  readonly key: Key;
  readonly institution: string;
  readonly s360Id: string;
}

function cursorOf<Entry, Key>(list: SortedList<Entry>, ordering: Ordering<Entry, Key>, entry: Entry): string {
  return encodeCursor({
    sort: ordering.sort,
    key: ordering.writeKey(ordering.keyOf(entry)),
    institution: list.institution,
    s360Id: ordering.idOf(entry),
    asOf: ordering.asOf,
  });
}

/** By bisection: the number of entries that are not behind the place. */
function firstAfter<Entry, Key>(
  list: SortedList<Entry>,
  ordering: Ordering<Entry, Key>,
  place: Place<Key>,
): number {
  let low = 0;
  let high = list.entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (comparePlaces(placeOf(list, ordering, middle), place, ordering) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nextShown<Entry>({ entries, isShown }: SortedList<Entry>, from: number): number {
  let index = from;
  if (isShown !== null) while (index < entries.length && !isShown(entries[index]!)) index += 1;
  return index;
}

function countShown<Entry>({ entries, isShown }: SortedList<Entry>): number {
  return isShown === null
    ? entries.length
    : entries.reduce((count, entry) => count + (isShown(entry) ? 1 : 0), 0);
}

/** The list whose next entry comes first; null when all are at their end. */
function smallest<Entry, Key>(
  lists: readonly SortedList<Entry>[],
  next: readonly number[],
  ordering: Ordering<Entry, Key>,
): number | null {
  let best: number | null = null;
  let bestPlace: Place<Key> | null = null;
  for (let index = 0; index < lists.length; index += 1) {
    if (next[index]! >= lists[index]!.entries.length) continue;
    const place = placeOf(lists[index]!, ordering, next[index]!);
    if (bestPlace === null || comparePlaces(place, bestPlace, ordering) < 0) {
      best = index;
      bestPlace = place;
    }
  }
  return best;
}

function placeOf<Entry, Key>(
  list: SortedList<Entry>,
  ordering: Ordering<Entry, Key>,
  index: number,
): Place<Key> {
  const entry = list.entries[index]!;
  return { key: ordering.keyOf(entry), institution: list.institution, s360Id: ordering.idOf(entry) };
}

function comparePlaces<Key>(a: Place<Key>, b: Place<Key>, ordering: Ordering<never, Key>): number {
  return (
    ordering.compareKeys(a.key, b.key) ||
    (a.institution < b.institution ? -1 : a.institution > b.institution ? 1 : 0) ||
    compareS360Ids(a.s360Id, b.s360Id)
  );
}
