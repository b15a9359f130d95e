import { beforeEach, describe, expect, it } from 'vitest';
import { LiveColorBoard } from '../../src/cache/color-board.js';
import type { CatalogSnapshot } from '../../src/cache/catalog-snapshot.types.js';
import { ComposedReadings } from '../../src/datasources/availability-composed.js';
import type { Look, SharedPoll } from '../../src/journal/shared-poll.types.js';
import { Backlog } from '../../src/services/availability/availability-backlog.js';
import {
  SharedPolls,
  type SharedReading,
} from '../../src/services/availability/availability-shared-polls.js';
import { pollableProducts } from '../../src/services/availability/poll-plan-products.js';
import { performance, price, product, snapshotOf } from '../support/catalog-records.js';
import { createManualClock, type ManualClock } from '../support/manual-clock.js';

const TIMES = { polledAt: 1, nextPollAt: 2 };
const MINUTE = 60_000;
const OPENS_AT = Date.UTC(2026, 0, 1);
const QUESTION = {
  performances: [{ productId: '1', performanceId: '11' }],
  productIds: [],
  composedProductId: null,
};

interface Replica {
  readonly polls: SharedPolls;
  readonly backlog: Backlog;
  looked(at: number): void;
  turn(): void;
  /** Takes over the next catalog, which changed the product. */
  renewCatalog(): Promise<void>;
  ask(): SharedReading;
}

describe('moves and readings of several replicas', () => {
  let snapshot: CatalogSnapshot;
  let clock: ManualClock;
  let headSeq: number;
  let replicas: readonly [Replica, Replica, Replica];

  beforeEach(async () => {
    const prices = [price({ salesPeriods: [{ opensAt: OPENS_AT, closesAt: null, tariffIds: [] }] })];
    snapshot = await snapshotOf([product('1', { performances: [performance('11', '1', { prices })] })]);
    headSeq = 0;
    clock = createManualClock(OPENS_AT - MINUTE);
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

  it.each([
    ['the calendar', turn],
    ['a new catalog', renew],
  ])(
    'keeps what %s moved while an earlier reading was under way, though the reader dies',
    async (_, move) => {
      const [first, second, third] = replicas;
      const reading = first.ask();
      await move(second, clock);
      await move(third, clock);
      tell(first, reading);
      expect(movedOn([second, third])).toEqual([['performance:11'], ['performance:11']]);
    },
  );

  it.each([
    ['the calendar', turn],
    ['a new catalog', renew],
  ])('asks once for all what %s moved, whoever knows it first', async (_, move) => {
    const [first, second, third] = replicas;
    await move(first, clock);
    await move(second, clock);
    tell(first, first.ask());
    await move(third, clock);
    expect(movedOn(replicas)).toEqual([[], [], []]);
  });

  it('turns no earlier for a replica whose clock is ahead', async () => {
    const [first, second] = replicas;
    first.backlog.markTurned(OPENS_AT);
    tell(first, first.ask());
    second.turn();
    expect(movedOn([second])).toEqual([[]]);
    await clock.advance(MINUTE);
    second.turn();
    expect(movedOn([second])).toEqual([['performance:11']]);
  });

  async function openReplica(): Promise<Replica> {
    const board = new LiveColorBoard('hall');
    const composed = new ComposedReadings();
    const backlog = new Backlog(board, composed, clock.now());
    backlog.setCatalog(snapshot, await pollableProducts(snapshot));
    const sharedLog = {
      id: 'log',
      get headSeq() {
        return headSeq;
      },
      join: () => Promise.resolve(),
    };
    const feed = { publish: () => {} };
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
      askedElsewhere: () => {},
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
      turn: () => backlog.markTurned(clock.now()),
      async renewCatalog() {
        const next = await snapshotOf([{ ...snapshot.product('1')!, code: 'NEW' }]);
        backlog.setCatalog(next, await pollableProducts(next));
        backlog.markChanged(next.version, ['1'], clock.now());
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

async function turn(replica: Replica, clock: ManualClock): Promise<void> {
  if (clock.now() < OPENS_AT) await clock.advance(MINUTE);
  replica.turn();
}

function renew(replica: Replica): Promise<void> {
  return replica.renewCatalog();
}

function movedOn(replicas: readonly Replica[]): string[][] {
  return replicas.map(({ backlog }) => backlog.keys());
}
