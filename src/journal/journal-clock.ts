import { sql } from 'kysely';
import { steadyTime, systemClock, type Clock, type TimeReadings } from '../clock.js';
import type { Journal } from './database.js';

/** The clock of the database that replicas share, until it is stopped. */
export interface JournalClock extends Clock {
  stop(): void;
}

export interface JournalClockOptions {
  readonly log: { warn(facts: object, message: string): void };
  /** Of this machine. */
  readonly machine?: TimeReadings;
}

const LOOK_EVERY_MS = 60_000;
/** The answer takes its time, and nobody needs to know it better. */
const AGREE_WITHIN_MS = 100;
const WORTH_A_WARNING_MS = 5_000;
const THIS_MACHINE: TimeReadings = { wall: () => Date.now(), elapsed: () => performance.now() };

/**
 * What one replica dates and another one reads (leases, the quarantine of orders, when a catalog was confirmed) is on
 * one clock, whatever their machines say. A new difference is drawn near to, as a machine's clock that was set.
 * Rejects when the journal does not answer.
 */
export async function openJournalClock(
  journal: Journal,
  { log, machine = THIS_MACHINE }: JournalClockOptions,
): Promise<JournalClock> {
  let aheadMs = 0;

  async function look(): Promise<void> {
    const askedAt = machine.elapsed();
    const { rows } = await sql<{ at: string }>`
      select extract(epoch from clock_timestamp()) * 1000 as at
    `.execute(journal);
    const halfWayMs = (machine.elapsed() - askedAt) / 2;
    const newAheadMs = Number(rows[0]!.at) + halfWayMs - machine.wall();
    if (Math.abs(newAheadMs - aheadMs) <= halfWayMs + AGREE_WITHIN_MS) return;
    aheadMs = newAheadMs;
    if (Math.abs(aheadMs) < WORTH_A_WARNING_MS) return;
    const aheadSeconds = Math.round(aheadMs / 1_000);
    log.warn({ aheadSeconds }, "the database's clock differs from this machine's, and counts");
  }

  await look();
  // An outage of the journal is told by whoever needs it.
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS).unref();
  return {
    now: steadyTime({ wall: () => machine.wall() + aheadMs, elapsed: () => machine.elapsed() }),
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
    stop: () => clearInterval(timer),
  };
}
