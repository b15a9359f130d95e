import type { StreamEntry } from './color-stream.js';
import type { SharedPoll } from './shared-poll.types.js';

/** One institution's side of the shared log: where the polls of all replicas are taken over. */
export interface LogFollower {
  readonly institution: string;
  /**
   * Called when this replica begins with a log, and when it cannot go on where it was. Answers the position that its
   * board holds already: what was saved of this log, or `floorSeq`. A position above the head begins another log.
   */
  begin(log: BegunLog): Promise<number>;
  /** Takes a poll over, in one turn. Not `isNews`: it is from before this replica came, and nobody is to be told. */
  take(entry: StreamEntry, options: { readonly isNews: boolean }): void;
  /** What this replica knows and a log that begins anew does not; empty when nothing. Recorded before anybody reads. */
  unrecorded(): readonly SharedPoll[];
}

export interface BegunLog {
  readonly id: string;
  readonly floorSeq: number;
  /** The same as before, but what is missing here is no longer kept: what the board holds counts for nothing. */
  readonly isTornOff: boolean;
}
