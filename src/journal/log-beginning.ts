import { randomUUID } from 'node:crypto';
import type { ColorChange } from '../domain/availability.js';
import type { ColorStream, StreamPiece } from './color-stream.js';
import type { LogFollower } from './shared-color-log.types.js';

export interface LogBeginningOptions {
  readonly stream: Pick<ColorStream, 'append' | 'create'>;
  readonly read: (seq: number) => Promise<StreamPiece | null>;
  /** Called in the turn in which the boards of these followers hold all of the log. */
  readonly onBegun: (log: StreamPiece, followers: readonly LogFollower[]) => void;
  /** Told of what only this replica knew, once it is in the log. */
  readonly onRecorded: (changes: readonly ColorChange[]) => void;
}

/** How a replica begins with a log that is new to it. */
export class LogBeginning {
  constructor(private readonly options: LogBeginningOptions) {}

  /**
   * The whole way through it; what only this replica knows is added at its end. Begins nothing when
   * it is another log meanwhile.
   */
  async goThrough(first: StreamPiece, followers: Iterable<LogFollower>, isTornOff: boolean): Promise<void> {
    const { stream, read, onBegun, onRecorded } = this.options;
    const begun = { id: first.id, floorSeq: first.floorSeq, isTornOff };
    const positions = new Map<LogFollower, number>();
    for (const follower of followers) {
      positions.set(follower, Math.max(await follower.begin(begun), first.floorSeq));
    }
    if (await this.isRolledBack(first, Math.max(...positions.values()))) return;
    let seq = Math.min(first.headSeq, ...positions.values());
    for (;;) {
      const piece = await read(seq);
      if (piece === null || piece.id !== begun.id || piece.floorSeq > seq) return;
      for (const entry of piece.entries) {
        seq = entry.seq;
        for (const [follower, position] of positions) {
          if (follower.institution === entry.poll.institution && position < seq) {
            follower.take(entry, { isNews: false });
          }
        }
      }
      if (seq < piece.headSeq) continue;
      const [poll] = [...positions.keys()].flatMap((follower) => follower.unrecorded());
      if (poll === undefined) return onBegun({ ...piece, headSeq: seq }, [...positions.keys()]);
      // It comes back with the next piece, as the polls of others do.
      const appended = await stream.append({ id: begun.id, headSeq: seq }, poll);
      if (appended !== null) onRecorded(poll.changes);
    }
  }

  /**
   * What was saved of this log is ahead of it: Redis came back with older data while nobody was there to notice. Another
   * log is begun then, to which what was saved is brought.
   */
  async isRolledBack({ id, headSeq }: StreamPiece, savedSeq: number): Promise<boolean> {
    if (savedSeq <= headSeq) return false;
    // Or other replicas went on, and saved, after it was read.
    const piece = await this.options.read(savedSeq);
    if (piece === null || piece.id !== id || piece.headSeq >= savedSeq) return false;
    await this.options.stream.create(randomUUID(), piece);
    return true;
  }
}
