import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchPressure } from '../../src/server/pressure.js';

describe('watchPressure', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
  afterEach(() => void vi.useRealTimers());

  it('takes one late turn for nothing, two in a row for a loop that cannot keep up', () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const pressure = watchPressure({ delayMs: 500, heapShare: 0.85 }, { heapShare: () => 0, stop: vi.fn() });
    const look = (lateMs: number): string | null => {
      now += 250 + lateMs;
      vi.advanceTimersByTime(250);
      return pressure.shortage();
    };
    expect([0, 2_000, 0, 600, 700, 501, 0].map(look)).toEqual([
      null,
      null,
      null,
      null,
      'event_loop',
      'event_loop',
      null,
    ]);
    pressure.stop();
  });

  it('says that memory is short above the share of the heap it was given', () => {
    let share = 0.86;
    const stop = vi.fn();
    const pressure = watchPressure({ delayMs: 500, heapShare: 0.85 }, { heapShare: () => share, stop });
    expect(pressure.shortage()).toBeNull();
    vi.advanceTimersByTime(250);
    expect(pressure.shortage()).toBe('heap');
    share = 0.85;
    vi.advanceTimersByTime(250);
    expect(pressure.shortage()).toBeNull();
    pressure.stop();
    expect(stop).toHaveBeenCalledOnce();
  });
});

describe('the heap of a real process', () => {
  it('is short while it is nearly full of what is needed, and not when it is full of garbage', async () => {
    const script = fileURLToPath(new URL('../support/full-heap.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      '--max-old-space-size=200',
      script,
    ]);
    expect(JSON.parse(stdout)).toEqual({ garbage: [], full: 'heap', emptied: null });
  });
});
