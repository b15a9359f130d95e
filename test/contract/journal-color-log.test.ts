import { expect, it } from 'vitest';
import type { Clock } from '../../src/clock.js';
import type { ColorChange } from '../../src/domain/availability.js';
import { createColorLog, type ColorLog } from '../../src/journal/color-log.js';
import { describeEachJournal, type JournalHome } from '../support/journals.js';

const HOUR = 3_600_000;

describeEachJournal('color log', (openHome) => {
  it('numbers changes in order and reads them back in pieces', async () => {
    await using home = await openHome();
    const { log } = await startLog(home, { pieceSize: 2 });
    await append(log, [change('11'), change('12'), change('11')]);
    const first = await log.readAfter(0);
    expect(first.changes.map(({ seq }) => seq)).toEqual([1, 2]);
    const second = await log.readAfter(first.readUpTo);
    expect(second.changes).toEqual([{ ...change('11'), seq: 3 }]);
    expect(second.readUpTo).toBe(log.headSeq);
  });

  it('moves its head and tells in the same turn, one append after the other', async () => {
    await using home = await openHome();
    const { log } = await startLog(home);
    const heads: [number, number][] = [];
    await Promise.all(
      [1, 3, 0, 2].map((count) =>
        log.append(
          () => Array.from({ length: count }, () => change('11')),
          (recorded, headSeq) => heads.push([recorded.length, headSeq]),
        ),
      ),
    );
    expect(heads).toEqual([
      [1, 1],
      [3, 4],
      [0, 4],
      [2, 6],
    ]);
  });

  it('tells nothing when writing fails, and writes again afterwards', async () => {
    await using home = await openHome();
    const { log } = await startLog(home);
    const broken = { ...change('11'), before: null as unknown as ColorChange['before'] };
    let isTold = false;
    const failing = log.append(
      () => [broken],
      () => (isTold = true),
    );
    await expect(failing).rejects.toThrow(/not.null/i);
    expect([isTold, log.headSeq]).toEqual([false, 0]);
    await append(log, [change('11')]);
    // PostgreSQL leaves out the position of what failed.
    const { changes } = await log.readAfter(0);
    expect(changes).toEqual([{ ...change('11'), seq: log.headSeq }]);
  });

  it('reads nothing for no institution', async () => {
    await using home = await openHome();
    const { log } = await startLog(home);
    await append(log, [change('11')]);
    expect(await log.readAfter(0, { institutions: [] })).toEqual({ changes: [], readUpTo: 1 });
    expect((await log.readAfter(0, { institutions: ['museum', 'hall'] })).changes).toHaveLength(1);
  });

  it('writes more changes than one statement takes', async () => {
    await using home = await openHome();
    const { log } = await startLog(home);
    await append(
      log,
      Array.from({ length: 1_700 }, (_, index) => change(String(index))),
    );
    expect(log.headSeq).toBe(1_700);
    const [last] = await log.ofPerformance('hall', '1699', 1);
    expect(last?.seq).toBe(1_700);
  });

  it('tells the history of one performance, newest first', async () => {
    await using home = await openHome();
    const { log } = await startLog(home);
    await append(log, [
      change('11', { after: 'ORANGE' }),
      change('12'),
      change('11', { after: 'RED', seatCategoryId: '41' }),
      change('11', { institution: 'museum' }),
    ]);
    const history = await log.ofPerformance('hall', '11', 10);
    expect(history.map(({ after, seatCategoryId }) => [after, seatCategoryId])).toEqual([
      ['RED', '41'],
      ['ORANGE', null],
    ]);
    expect(await log.ofPerformance('hall', '11', 1)).toHaveLength(1);
  });

  it('keeps changes of products without performances', async () => {
    await using home = await openHome();
    const { log } = await startLog(home);
    const pass = { ...change('11'), subject: { kind: 'product', productId: '7' } as const };
    await append(log, [pass]);
    expect((await log.readAfter(0)).changes).toEqual([{ ...pass, seq: 1 }]);
  });

  it('forgets what is too old, and says up to where', async () => {
    await using home = await openHome();
    const { log, clock } = await startLog(home, { maxAgeMs: 10 * HOUR });
    await append(log, [change('11', { at: clock.now() })]);
    clock.time += 5 * HOUR;
    await append(log, [change('11', { at: clock.now() })]);
    clock.time += 6 * HOUR;
    await append(log, [change('11', { at: clock.now() })]);
    await append(log, []);
    expect(log.floorSeq).toBe(1);
    expect(await log.ofPerformance('hall', '11', 10)).toHaveLength(2);
  });

  it('forgets what is too much', async () => {
    await using home = await openHome();
    const { log } = await startLog(home, { maxChanges: 10 });
    for (let round = 0; round < 5; round += 1)
      await append(
        log,
        [1, 2, 3, 4].map((id) => change(String(id))),
      );
    await append(log, []);
    expect([log.floorSeq, log.headSeq]).toEqual([10, 20]);
  });

  it('keeps id, head and floor over a restart, also when all changes were forgotten', async () => {
    await using home = await openHome();
    const before = await startLog(home, { maxAgeMs: HOUR });
    await append(before.log, [change('11', { at: before.clock.now() })]);
    before.clock.time += 3 * HOUR;
    await append(before.log, []);
    await append(before.log, []);
    await home.restart();
    const after = await startLog(home);
    expect([after.log.id, after.log.headSeq, after.log.floorSeq]).toEqual([before.log.id, 1, 1]);
    await append(after.log, [change('11')]);
    expect(after.log.headSeq).toBe(2);
  });
});

interface StartedLog {
  readonly log: ColorLog;
  readonly clock: Clock & { time: number };
}

async function startLog(
  { journal }: JournalHome,
  limits: { maxAgeMs?: number; maxChanges?: number; pieceSize?: number } = {},
): Promise<StartedLog> {
  const clock = { time: 1_000 * HOUR, now: () => clock.time, sleep: () => Promise.resolve() };
  return { log: await createColorLog({ journal, clock, ...limits }), clock };
}

function append(log: ColorLog, changes: readonly ColorChange[]): Promise<void> {
  return log.append(
    () => changes,
    () => {},
  );
}

function change(performanceId: string, facts: Partial<ColorChange> = {}): ColorChange {
  return {
    institution: 'hall',
    subject: { kind: 'performance', productId: '1', performanceId },
    seatCategoryId: null,
    before: 'UNKNOWN',
    after: 'GREEN',
    remaining: 5,
    at: 1_000 * HOUR,
    ...facts,
  };
}
