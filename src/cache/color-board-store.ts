import type { ObservedAvailability } from '../domain/availability.js';
import type { LiveColorBoard } from './color-board.js';

/** Where a board survives a restart: a Keyv, of which only text is stored. */
export interface BoardStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
}

/** What belongs to a saved board, besides the observations. */
export interface BoardMark<Progress> {
  /** Which log of changes `seq` counts in. */
  readonly logId: string;
  /** The last change that the saved observations hold; later ones are replayed on them. */
  readonly seq: number;
  /** Epoch ms when S-360 last said what had moved; null when it never did. */
  readonly confirmedAt: number | null;
  /** Products that had moved then, or were not read yet: their observations are only as good as their own dates. */
  readonly unconfirmedProductIds: readonly string[];
  /** What the poller needs to go on where it stopped. */
  readonly progress: Progress;
}

/** No lifetime: a restart after a month still knows what it showed, and says that it is old. */
const FORMAT = 1;
/** Few enough to read at once, many enough that one change does not write everything: about 100 KB for 10,000 performances. */
const BUCKETS = 32;

/**
 * Saves the products that changed since the last save, then the mark. A crash in between leaves buckets that are
 * newer than the mark; replaying the log from the mark ends in the same colors. Throws what the store throws.
 */
export async function saveBoard<Progress>(
  store: BoardStore,
  board: LiveColorBoard,
  mark: BoardMark<Progress>,
): Promise<void> {
  const dirtyProducts = board.takeDirty();
  try {
    const dirtyBuckets = new Set(dirtyProducts.map(bucketOf));
    const contents = new Map<number, ObservedAvailability[]>([...dirtyBuckets].map((bucket) => [bucket, []]));
    for (const observed of dirtyBuckets.size === 0 ? [] : board.all()) {
      contents.get(bucketOf(observed.subject.productId))?.push(observed);
    }
    for (const [bucket, observations] of contents) {
      await store.set(bucketKey(board.institution, bucket), JSON.stringify(observations));
    }
    await store.set(markKey(board.institution), JSON.stringify({ format: FORMAT, ...mark }));
  } catch (error) {
    board.markDirty(dirtyProducts);
    throw error;
  }
}

/** Fills the board with what was saved and answers its mark; null when nothing usable was. */
export async function loadBoard<Progress>(
  store: BoardStore,
  board: LiveColorBoard,
  isUsable: (mark: BoardMark<Progress>) => Promise<boolean> | boolean,
): Promise<BoardMark<Progress> | null> {
  const mark = parse(await store.get(markKey(board.institution))) as
    (BoardMark<Progress> & { format: number }) | null;
  if (mark === null || mark.format !== FORMAT || !(await isUsable(mark))) return null;
  const unconfirmed = new Set(mark.unconfirmedProductIds);
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const saved = parse(await store.get(bucketKey(board.institution, bucket))) as
      ObservedAvailability[] | null;
    if (saved !== null) board.restore(saved.map((observed) => asConfirmed(observed, mark, unconfirmed)));
  }
  return mark;
}

function asConfirmed(
  observed: ObservedAvailability,
  { confirmedAt }: BoardMark<unknown>,
  unconfirmed: ReadonlySet<string>,
): ObservedAvailability {
  if (confirmedAt === null || unconfirmed.has(observed.subject.productId)) return observed;
  return { ...observed, observedAt: Math.max(observed.observedAt, confirmedAt) };
}

function bucketOf(productId: string): number {
  return Number(BigInt(productId) % BigInt(BUCKETS));
}

function bucketKey(institution: string, bucket: number): string {
  return `color-board:${institution}:${bucket}`;
}

function markKey(institution: string): string {
  return `color-board:${institution}:mark`;
}

/** Only our own process writes these; a file damaged otherwise counts as absent. */
function parse(text: unknown): unknown {
  if (typeof text !== 'string') return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
