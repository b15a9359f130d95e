import { describe, expect, it } from 'vitest';
import { LiveColorBoard } from '../../src/cache/color-board.js';
import { ColorBoardKeeper } from '../../src/cache/color-board-store.js';
import type { AvailabilityColor, ObservedAvailability } from '../../src/domain/availability.js';

describe('color board', () => {
  it('reports the first observation as a change from UNKNOWN, for the whole and for each category', () => {
    const changes = new LiveColorBoard('hall').apply([
      performance('11', 'GREEN', { 41: 'GREEN', 42: 'RED' }),
    ]);
    expect(changes.map(({ seatCategoryId, before, after }) => [seatCategoryId, before, after])).toEqual([
      [null, 'UNKNOWN', 'GREEN'],
      ['41', 'UNKNOWN', 'GREEN'],
      ['42', 'UNKNOWN', 'RED'],
    ]);
  });

  it('does not call a change of the remaining number a change', () => {
    const board = new LiveColorBoard('hall');
    board.apply([{ ...performance('11', 'GREEN'), remaining: 9 }]);
    expect(board.apply([{ ...performance('11', 'GREEN'), remaining: 8 }])).toEqual([]);
    expect(board.performance('11')?.remaining).toBe(8);
  });

  it('reports only the category that changed, and a category that is no longer mentioned as UNKNOWN', () => {
    const board = new LiveColorBoard('hall');
    board.apply([performance('11', 'GREEN', { 41: 'GREEN', 42: 'ORANGE', 43: 'RED' })]);
    const changes = board.apply([performance('11', 'GREEN', { 41: 'GREEN', 42: 'RED' })]);
    expect(changes.map(({ seatCategoryId, before, after }) => [seatCategoryId, before, after])).toEqual([
      ['42', 'ORANGE', 'RED'],
      ['43', 'RED', 'UNKNOWN'],
    ]);
  });

  it('changes nothing when asked what would change', () => {
    const board = new LiveColorBoard('hall');
    expect(board.diff([performance('11', 'GREEN')])).toHaveLength(1);
    expect(board.performance('11')).toBeUndefined();
  });

  it('forgets what left the catalog', () => {
    const board = new LiveColorBoard('hall');
    board.apply([performance('11', 'GREEN'), performance('12', 'GREEN')]);
    board.prune((subject) => subject.kind === 'performance' && subject.performanceId === '12');
    expect([...board.all()].map(({ subject }) => subject)).toMatchObject([{ performanceId: '12' }]);
  });

  it('counts a product that did not move as just seen', () => {
    const board = new LiveColorBoard('hall');
    board.apply([performance('11', 'GREEN')]);
    board.confirm(['1'], 5_000);
    expect(board.asOf(board.performance('11')!)).toBe(5_000);
  });

  it('comes back from the store as restored, with the time of its last confirmation', async () => {
    const store = new Map<string, string>();
    const saved = new LiveColorBoard('hall');
    saved.apply([performance('11', 'GREEN', { 41: 'ORANGE' })]);
    await new ColorBoardKeeper(storeOf(store), saved).save({
      logId: 'log',
      seq: 7,
      confirmedAt: 5_000,
      unconfirmedProductIds: ['2'],
      progress: { watermark: 3 },
    });

    const board = new LiveColorBoard('hall');
    const mark = await new ColorBoardKeeper(storeOf(store), board).load(() => true);
    expect(mark).toMatchObject({ logId: 'log', seq: 7, progress: { watermark: 3 } });
    const restored = board.performance('11')!;
    expect(restored).toEqual({
      ...performance('11', 'GREEN', { 41: 'ORANGE' }),
      observedAt: 5_000,
    });
    expect(board.isRestored(restored)).toBe(true);
    board.confirm(['1'], 6_000);
    expect(board.isRestored(restored)).toBe(false);
  });

  it('replays later changes on what was restored', () => {
    const board = new LiveColorBoard('hall');
    board.restore([performance('11', 'GREEN', { 41: 'GREEN' })]);
    const later = new LiveColorBoard('hall');
    later.apply([performance('11', 'GREEN', { 41: 'GREEN' })]);
    const changes = [
      ...later.apply([performance('11', 'RED', { 41: 'RED' })]),
      ...later.apply([performance('12', 'ORANGE')]),
    ];
    board.replay(changes);
    expect(board.performance('11')).toMatchObject({
      color: 'RED',
      bySeatCategory: [{ seatCategoryId: '41', color: 'RED' }],
    });
    expect(board.performance('12')).toMatchObject({ color: 'ORANGE' });
    expect(board.isRestored(board.performance('12')!)).toBe(true);
  });

  it('saves again what a failing store did not take', async () => {
    const store = new Map<string, string>();
    const board = new LiveColorBoard('hall');
    board.apply([performance('11', 'GREEN')]);
    const mark = { logId: 'log', seq: 1, confirmedAt: null, unconfirmedProductIds: [], progress: null };
    let isFull = true;
    const filling = storeOf(store);
    const keeper = new ColorBoardKeeper(
      { ...filling, set: (key, value) => (isFull ? Promise.resolve(false) : filling.set(key, value)) },
      board,
    );
    await expect(keeper.save(mark)).rejects.toThrow('did not take');
    isFull = false;
    await keeper.save(mark);
    const restored = new LiveColorBoard('hall');
    await new ColorBoardKeeper(storeOf(store), restored).load(() => true);
    expect(restored.performance('11')?.color).toBe('GREEN');
  });

  it('asks for a replay from where a part was saved that a power cut brought back older, or lost', async () => {
    const store = new Map<string, string>();
    const board = new LiveColorBoard('hall');
    const keeper = new ColorBoardKeeper(storeOf(store), board);
    const mark = { logId: 'log', seq: 3, confirmedAt: null, unconfirmedProductIds: [], progress: null };
    board.apply([performance('11', 'GREEN')]);
    await keeper.save(mark);
    const before = store.get('color-board/hall/1')!;
    board.apply([performance('11', 'RED')]);
    await keeper.save({ ...mark, seq: 9 });
    const seqAfterLoad = async (): Promise<number | undefined> =>
      (await new ColorBoardKeeper(storeOf(store), new LiveColorBoard('hall')).load(() => true))?.seq;
    expect(await seqAfterLoad()).toBe(9);
    store.set('color-board/hall/1', before);
    expect(await seqAfterLoad()).toBe(3);
    store.delete('color-board/hall/1');
    expect(await seqAfterLoad()).toBe(0);
  });

  it('takes a damaged store for an empty one', async () => {
    const store = new Map([['color-board/hall/mark', '{"format":1']]);
    expect(
      await new ColorBoardKeeper(storeOf(store), new LiveColorBoard('hall')).load(() => true),
    ).toBeNull();
  });
});

function performance(
  performanceId: string,
  color: AvailabilityColor,
  categories: Record<string, AvailabilityColor> = {},
): ObservedAvailability {
  return {
    subject: { kind: 'performance', productId: '1', performanceId },
    color,
    rawLevel: null,
    remaining: null,
    bySeatCategory: Object.entries(categories).map(([seatCategoryId, color]) => ({
      seatCategoryId,
      color,
      remaining: null,
    })),
    observedAt: 1_000,
  };
}

function storeOf(map: Map<string, string>): {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<unknown>;
} {
  return {
    get: (key) => Promise.resolve(map.get(key)),
    set: (key, value) => Promise.resolve(map.set(key, value)),
  };
}
