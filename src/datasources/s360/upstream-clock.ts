import type { Clock } from '../../clock.js';

/** `Date` headers count whole seconds, and an answer takes its time: below this two clocks agree. */
const AGREE_WITHIN_MS = 2_000;

/**
 * S-360's clock, as far as the `Date` headers of its answers tell: holds and dates of orders are on it, not on ours.
 * Until one was seen it is our own.
 */
export class UpstreamClock {
  private offsetMs = 0;

  constructor(private readonly clock: Clock) {}

  /** Epoch ms of S-360, in whole seconds where it differs from ours. */
  now(): number {
    return this.clock.now() + this.offsetMs;
  }

  /** From S-360's time to ours. */
  toOurs(upstreamMs: number): number {
    return upstreamMs - this.offsetMs;
  }

  /** A header that is none, or a clock that is a year off, says nothing. */
  observe(header: string | undefined): void {
    const date = header === undefined ? NaN : Date.parse(header);
    // The header is cut to the second: half a second more is nearer to the truth.
    const offsetMs = date + 500 - this.clock.now();
    if (Number.isNaN(offsetMs) || Math.abs(offsetMs) > MOST_OFFSET_MS) return;
    this.offsetMs = Math.abs(offsetMs) < AGREE_WITHIN_MS ? 0 : offsetMs;
  }
}

const MOST_OFFSET_MS = 366 * 86_400_000;
