import type { ObservedAvailability } from '../domain/availability.js';
import type { LiveColorBoard } from './color-board.js';

/** Where a board survives a restart: a Keyv, of which only text is stored. `set` answers false when it could not. */
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

/** A part of the board, with the position of the log that it was saved at. */
interface Bucket {
  readonly seq: number;
  readonly observations: readonly ObservedAvailability[];
}

type StoredMark<Progress> = BoardMark<Progress> & {
  readonly format: typeof FORMAT;
  /** The position that each bucket was last saved at; null for one that never was. */
  readonly bucketSeqs: readonly (number | null)[];
};

const FORMAT = 1;
/** Few enough to read at once, many enough that one change does not write everything: about 100 KB for 10,000 performances. */
const BUCKETS = 32;

/** Keeps a board over restarts. Without lifetime: after a month it still knows what was shown, and says that it is old. */
export class ColorBoardKeeper<Progress> {
  #bucketSeqs: (number | null)[] = Array.from({ length: BUCKETS }, () => null);

  constructor(
    private readonly store: BoardStore,
    private readonly board: LiveColorBoard,
  ) {}

  /**
   * Saves the products that changed since the last save, then the mark. A crash in between leaves buckets newer than
   * the mark, a power cut may leave older ones; replaying the log from the older of both ends in the same colors.
   * Throws when the store does not take it: the next save then saves it all.
   */
  async save(mark: BoardMark<Progress>): Promise<void> {
    const dirtyProducts = this.board.takeDirty();
    try {
      for (const [bucket, observations] of this.#contentsOf(dirtyProducts)) {
        await this.#set(this.#bucketKey(bucket), { seq: mark.seq, observations } satisfies Bucket);
        this.#bucketSeqs[bucket] = mark.seq;
      }
      const stored: StoredMark<Progress> = { format: FORMAT, bucketSeqs: this.#bucketSeqs, ...mark };
      await this.#set(this.#markKey(), stored);
    } catch (error) {
      this.board.markDirty(dirtyProducts);
      throw error;
    }
  }

  /** Fills the board with what was saved and answers its mark; null when nothing was, or `isUsable` refuses it. */
  async load(isUsable: (mark: BoardMark<Progress>) => boolean): Promise<BoardMark<Progress> | null> {
    const mark = parse(await this.store.get(this.#markKey())) as StoredMark<Progress> | null;
    if (mark === null || mark.format !== FORMAT) return null;
    let { seq } = mark;
    const saved: ObservedAvailability[] = [];
    for (const [index, bucketSeq] of mark.bucketSeqs.entries()) {
      if (bucketSeq === null) continue;
      const bucket = parse(await this.store.get(this.#bucketKey(index))) as Bucket | null;
      // Lost, or of an earlier save: then the log has to be replayed from there.
      if (bucket === null || bucket.seq < bucketSeq) seq = Math.min(seq, bucket?.seq ?? 0);
      saved.push(...(bucket?.observations ?? []));
    }
    const usable = { ...mark, seq };
    if (!isUsable(usable)) return null;
    const unconfirmed = new Set(mark.unconfirmedProductIds);
    this.#bucketSeqs = [...mark.bucketSeqs];
    this.board.restore(saved.map((observed) => asConfirmed(observed, mark.confirmedAt, unconfirmed)));
    return usable;
  }

  #contentsOf(productIds: readonly string[]): Map<number, ObservedAvailability[]> {
    const contents = new Map<number, ObservedAvailability[]>();
    for (const productId of productIds) contents.set(bucketOf(productId), []);
    if (contents.size === 0) return contents;
    for (const observed of this.board.all()) {
      contents.get(bucketOf(observed.subject.productId))?.push(observed);
    }
    return contents;
  }

  async #set(key: string, value: object): Promise<void> {
    if ((await this.store.set(key, JSON.stringify(value))) === false) {
      throw new Error(`the cache did not take ${key}`);
    }
  }

  #bucketKey(bucket: number): string {
    return `color-board/${this.board.institution}/${bucket}`;
  }

  #markKey(): string {
    return `color-board/${this.board.institution}/mark`;
  }
}

/** What had not moved at the last poll was still so then. */
function asConfirmed(
  observed: ObservedAvailability,
  confirmedAt: number | null,
  unconfirmed: ReadonlySet<string>,
): ObservedAvailability {
  if (confirmedAt === null || unconfirmed.has(observed.subject.productId)) return observed;
  return { ...observed, observedAt: Math.max(observed.observedAt, confirmedAt) };
}

function bucketOf(productId: string): number {
  return Number(BigInt(productId) % BigInt(BUCKETS));
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
