import type { EnvironmentReader } from './environment.js';

/** The limits of the contract with S-360, for each institution. */
export interface ContractConfig {
  /** Length of the contract's minute; hours, days and months are made of such minutes. */
  readonly minuteMs: number;
  readonly callsPerMinute: number;
  readonly callsPerMonth: number;
  readonly bytesPerMonth: number | null;
  readonly catalogScope: 'EXTENDED' | 'DEFAULT';
  /** For a whole call to S-360, from the first byte sent to the last one read. */
  readonly deadlines: { readonly callMs: number; readonly catalogMs: number; readonly orderMs: number };
  /** How long S-360 may still be at work on a call whose answer was lost; longer than a call for an order may take. */
  readonly quarantineMs: number;
}

/** What the contract is with a real S-360 (the standard offer), and what the embedded sandbox stands for. */
const STANDARD_CONTRACT = { minuteMs: 60_000, callsPerMinute: 70, callsPerMonth: 10_000 };
const DEMONSTRATION_CONTRACT = { minuteMs: 3_000, callsPerMinute: 70, callsPerMonth: 1_000_000 };

export const CONTRACT_VARIABLES = [
  'MINUTE_MS',
  'CALLS_PER_MINUTE',
  'CALLS_PER_MONTH',
  'BYTES_PER_MONTH',
  'CATALOG_SCOPE',
  'DEADLINE_MS',
  'CATALOG_DEADLINE_MS',
  'ORDER_DEADLINE_MS',
  'QUARANTINE_MS',
].map((name) => `S360_${name}`);

export function readContract(
  read: EnvironmentReader,
  { isSandbox }: { readonly isSandbox: boolean },
): ContractConfig {
  const usual = isSandbox ? DEMONSTRATION_CONTRACT : STANDARD_CONTRACT;
  const minuteMs = read.integer('S360_MINUTE_MS', { fallback: usual.minuteMs, min: 10, max: 3_600_000 });
  const orderMs = read.integer('S360_ORDER_DEADLINE_MS', {
    // Half a contract minute: 30 s with a real one.
    fallback: Math.min(30_000, Math.max(8_000, minuteMs / 2)),
    min: 100,
    max: 120_000,
  });
  return {
    minuteMs,
    callsPerMinute: read.integer('S360_CALLS_PER_MINUTE', {
      fallback: usual.callsPerMinute,
      min: 1,
      max: 100_000,
    }),
    callsPerMonth: read.integer('S360_CALLS_PER_MONTH', {
      fallback: usual.callsPerMonth,
      min: 100,
      max: 1e9,
    }),
    bytesPerMonth: read.optionalInteger('S360_BYTES_PER_MONTH', {
      min: 1_000_000,
      max: Number.MAX_SAFE_INTEGER,
    }),
    catalogScope: read.oneOf('S360_CATALOG_SCOPE', ['EXTENDED', 'DEFAULT'] as const, 'EXTENDED'),
    deadlines: {
      callMs: read.integer('S360_DEADLINE_MS', { fallback: 10_000, min: 100, max: 120_000 }),
      catalogMs: read.integer('S360_CATALOG_DEADLINE_MS', { fallback: 180_000, min: 100, max: 1_800_000 }),
      orderMs,
    },
    quarantineMs: readQuarantine(read, orderMs, 2 * minuteMs),
  };
}

/** Above the time of our own call, the time in which it may be sent, and a little: two contract minutes where that is more. */
function readQuarantine(read: EnvironmentReader, orderMs: number, usualMs: number): number {
  const leastMs = orderMs + QUARANTINE_MARGIN_MS;
  const fallback = Math.max(leastMs, usualMs);
  const quarantineMs = read.integer('S360_QUARANTINE_MS', { fallback, min: 100, max: 86_400_000 });
  if (quarantineMs >= leastMs) return quarantineMs;
  read.problem(
    'S360_QUARANTINE_MS',
    `must be at least ${leastMs}, ${QUARANTINE_MARGIN_MS} more than S360_ORDER_DEADLINE_MS, got ${quarantineMs}`,
  );
  return fallback;
}

/** A call leaves at most 2 s after it was written down; the rest is for clocks. */
const QUARANTINE_MARGIN_MS = 3_000;
