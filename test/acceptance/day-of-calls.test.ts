import { describe, expect, it } from 'vitest';
import { createDrivenClock } from '../support/driven-clock.js';
import { startTestGateway } from '../support/gateway.js';
import { startTestSandbox } from '../support/sandbox.js';

const HOUR_MS = 3_600_000;
const DAYS_IN_MONTH = 30;
const CALLS_PER_MONTH = 10_000;

describe('a day of moved clock with nobody watching, while everything moves all the time', () => {
  it('costs as many calls by method as the plan says, and fits the month', { timeout: 120_000 }, async () => {
    await using sandbox = await startTestSandbox();
    const institutions = sandbox.institutions.filter(({ code }) => code === 'lyric');
    await sandbox.bendAvailability({ institution: 'lyric', touchEveryMinute: true });
    const clock = createDrivenClock({ loops: 3, moveOther: (ms) => sandbox.advance(ms) });
    await using gateway = await startTestGateway({ institutions, clock, untilReady: false });
    const { catalog, availability } = gateway.institutions.get('lyric')!;

    // The start: what a cold process asks once, and the first hour's calm after it.
    await clock.advance(HOUR_MS);
    expect(catalog.notReadyReason()).toBeNull();
    await sandbox.clearJournal();

    let plannedCycles = 0;
    for (let hour = 0; hour < 24; hour += 1) {
      const everyMs = Math.min(...availability.pollPlan().map((entry) => entry.everyMs));
      plannedCycles += HOUR_MS / everyMs;
      await clock.advance(HOUR_MS);
    }

    const calls: Record<string, number> = {};
    for (const { method, httpStatus } of await sandbox.journal()) {
      expect(httpStatus).toBe(200);
      calls[method] = (calls[method] ?? 0) + 1;
    }
    // One question for each planned cycle, and one reading of each kind for what it found; a cycle may straddle the end.
    for (const method of ['getUpdatedAvailabilities', 'getEventAvailability', 'getProductAvailability']) {
      expect(Math.abs(calls[method]! - plannedCycles)).toBeLessThanOrEqual(1);
    }
    // Season tickets take turns in it, one for each call.
    expect(Math.abs(calls['getPerformanceAvailability']! - plannedCycles)).toBeLessThanOrEqual(2);
    expect(calls).toMatchObject({
      getLastSetupUpdate: 24,
      getCatalogDetailed: 1,
      getPOSConfig: 1,
      listSeasons: 1,
    });
    expect(Object.keys(calls)).toHaveLength(8);
    const total = Object.values(calls).reduce((sum, count) => sum + count, 0);
    expect(total * DAYS_IN_MONTH).toBeLessThan(CALLS_PER_MONTH * 0.8);
  });
});
