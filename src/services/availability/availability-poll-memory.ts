import type { Logger } from 'pino';
import { ColorBoardKeeper, type BoardMark, type BoardStore } from '../../cache/color-board-store.js';
import type { LiveColorBoard } from '../../cache/color-board.js';
import type { ColorLog } from '../../journal/color-log.js';
import type { BegunLog } from '../../journal/shared-color-log.types.js';
import type { Backlog } from './availability-backlog.js';
import type { MoveFinder, MoveProgress } from './availability-moves.js';

export interface PollMemoryOptions {
  readonly institution: string;
  readonly board: LiveColorBoard;
  readonly backlog: Backlog;
  readonly store: BoardStore;
  readonly colorLog: ColorLog;
  readonly log: Logger;
}

/** Where a poller stopped. */
export interface PollProgress extends MoveProgress {
  readonly polledAt: number | null;
  readonly moved: readonly string[];
}

export type PollMark = BoardMark<PollProgress>;

/** What a poller knows, over restarts: the board and its place in the log of changes, the backlog, the moves. */
export class PollMemory {
  readonly #keeper: ColorBoardKeeper<PollProgress>;

  constructor(private readonly options: PollMemoryOptions) {
    this.#keeper = new ColorBoardKeeper(options.store, options.board);
  }

  /** Puts the board and the backlog back as they were saved; null when nothing was, or it is of no use. */
  load(): Promise<PollMark | null> {
    const { colorLog } = this.options;
    // Changes between the board and the log's oldest are lost: the board could be wrong for ever.
    return this.#load(({ logId, seq }) => logId !== colorLog.id || seq >= colorLog.floorSeq);
  }

  /** The same of a log that replicas share. */
  loadOf({ id, floorSeq }: BegunLog): Promise<PollMark | null> {
    return this.#load(({ logId, seq }) => logId === id && seq >= floorSeq);
  }

  /** Brings the board from what was saved to the end of the log. */
  async replay({ logId, seq: savedSeq }: PollMark): Promise<void> {
    const { board, colorLog, institution } = this.options;
    for (let seq = savedSeq; logId === colorLog.id && seq < colorLog.headSeq;) {
      const piece = await colorLog.readAfter(seq, { institutions: [institution] });
      board.replay(piece.changes);
      seq = piece.readUpTo;
    }
  }

  /** Other replicas went on: what they know is as good as if it had been asked here. */
  confirm({ unconfirmedProductIds }: PollMark, polledAt: number): void {
    const { board } = this.options;
    const unconfirmed = new Set(unconfirmedProductIds);
    const productIds = new Set([...board.all()].map(({ subject }) => subject.productId));
    board.confirm(
      [...productIds].filter((productId) => !unconfirmed.has(productId)),
      polledAt,
    );
  }

  async save(polledAt: number | null, finder: MoveFinder): Promise<void> {
    const { colorLog, backlog, log } = this.options;
    const settled = new Set(backlog.settledProductIds());
    try {
      await this.#keeper.save({
        logId: colorLog.id,
        seq: colorLog.headSeq,
        confirmedAt: polledAt,
        unconfirmedProductIds: [...backlog.products.keys()].filter((id) => !settled.has(id)),
        progress: {
          polledAt,
          moved: backlog.keys(),
          ...finder.progress((productId) => backlog.products.has(productId)),
        },
      });
    } catch (error) {
      // Losing the board costs calls after the next restart, nothing else.
      log.warn({ err: error }, 'colors could not be saved');
    }
  }

  async #load(isUsable: (mark: PollMark) => boolean): Promise<PollMark | null> {
    const mark = await this.#keeper.load(isUsable);
    if (mark === null) return null;
    const { moved, polledAt } = mark.progress;
    this.options.backlog.restore(moved);
    if (polledAt !== null) this.options.backlog.turnedUpTo(polledAt);
    return mark;
  }
}
