import { beforeEach, describe, expect, it } from 'vitest';
import { LiveColorBoard } from '../../src/cache/color-board.js';
import type { CatalogSnapshot } from '../../src/cache/catalog-snapshot.types.js';
import { ComposedReadings } from '../../src/datasources/availability-composed.js';
import type { Look, SharedPoll } from '../../src/journal/shared-poll.types.js';
import { Backlog } from '../../src/services/availability-backlog.js';
import { SharedPolls, type SharedReading } from '../../src/services/availability-shared-polls.js';
import { pollableProducts } from '../../src/services/poll-plan-products.js';
import { performance, product, snapshotOf } from '../support/catalog-records.js';
import { createManualClock } from '../support/manual-clock.js';

const TIMES = { polledAt: 1, nextPollAt: 2 };
const QUESTION = {
  performances: [{ productId: '1', performanceId: '11' }],
  productIds: [],
  composedProductId: null,
};

interface Replica {
  readonly polls: SharedPolls;
  readonly backlog: Backlog;
  looked(at: number): void;
  ask(): SharedReading;
}

describe('moves and readings of several replicas', () => {
  let snapshot: CatalogSnapshot;
  let headSeq: number;
  let replicas: readonly [Replica, Replica, Replica];

  beforeEach(async () => {
    snapshot = await snapshotOf([product('1', { performances: [performance('11', '1')] })]);
    headSeq = 0;
    replicas = [await openReplica(), await openReplica(), await openReplica()];
  });

  it('leaves nothing to ask when what moved was read after all knew', () => {
    const [first, second] = replicas;
    second.looked(1);
    tell(second, second.polls.heartbeat());
    tell(first, first.ask());
    expect(movedOn(replicas)).toEqual([[], [], []]);
  });

  it('leaves nothing to ask when one finds, reads and tells it at once', () => {
    const [first] = replicas;
    first.looked(1);
    tell(first, first.ask());
    expect(movedOn(replicas)).toEqual([[], [], []]);
  });

  it('keeps on all a move that was told while an earlier reading was under way', () => {
    const [first, second] = replicas;
    const reading = first.ask();
    second.looked(1);
    tell(second, second.polls.heartbeat());
    tell(first, reading);
    expect(movedOn(replicas)).toEqual([['performance:11'], ['performance:11'], ['performance:11']]);
  });

  it('keeps a move that the replica itself found and has not told yet, and tells it', () => {
    const [first, second] = replicas;
    const reading = first.ask();
    second.looked(1);
    tell(first, reading);
    expect(movedOn(replicas)).toEqual([[], ['performance:11'], []]);
    tell(second, second.polls.heartbeat());
    expect(movedOn(replicas)).toEqual([['performance:11'], ['performance:11'], ['performance:11']]);
  });

  it('keeps a move that was found and told by the reader itself while it read', () => {
    const [first] = replicas;
    const reading = first.ask();
    first.looked(1);
    tell(first, reading);
    expect(movedOn(replicas)).toEqual([['performance:11'], ['performance:11'], ['performance:11']]);
  });

  async function openReplica(): Promise<Replica> {
    const board = new LiveColorBoard('hall');
    const composed = new ComposedReadings();
    const backlog = new Backlog(board, composed, 0);
    backlog.setCatalog(snapshot, await pollableProducts(snapshot));
    const sharedLog = {
      id: 'log',
      get headSeq() {
        return headSeq;
      },
      join: () => Promise.resolve(),
    };
    const feed = { publish: () => {} };
    const clock = createManualClock();
    const polls = new SharedPolls({
      institution: 'hall',
      sharedLog,
      board,
      backlog,
      composed,
      feed,
      clock,
    });
    await polls.join({
      heard({ at, moved }) {
        for (const [productId] of moved) backlog.markMoved(productId, at);
      },
      lastLook: () => null,
      told: () => null,
      nextPollAt: 2,
      restoreFrom: () => Promise.resolve(null),
      wake: () => {},
    });
    return {
      polls,
      backlog,
      looked(at) {
        const look: Look = { at, moved: [['1', at]], watermark: at, firstAskedAt: at };
        backlog.markMoved('1', at);
        polls.looked(look);
      },
      ask() {
        const reading = polls.reading();
        backlog.take(QUESTION);
        reading.answered(['performance:11']);
        return reading;
      },
    };
  }

  /** Recorded by one, at once taken over by the others. */
  function tell(by: Replica, reading: SharedReading): void {
    const poll: SharedPoll = { ...reading.facts([], TIMES), changes: [] };
    headSeq += 1;
    reading.recorded([]);
    for (const { polls } of replicas) {
      if (polls !== by.polls) polls.take({ seq: headSeq, poll }, { isNews: true });
    }
  }
});

function movedOn(replicas: readonly Replica[]): string[][] {
  return replicas.map(({ backlog }) => backlog.keys());
}
