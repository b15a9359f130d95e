import { Counter, Histogram, type Registry } from 'prom-client';
import type { EndedCall, Lane, RefusedCall } from '../datasources/s360/client.types.js';
import type { FreshnessSource } from '../domain/freshness.js';

/** What one institution's parts tell as it happens. */
export interface InstitutionSignals {
  /** A call to S-360 ended. */
  callEnded(call: EndedCall): void;
  /** The call budget did not let a call go out. */
  callRefused(call: RefusedCall): void;
  /** An availability was read for a client. */
  availabilityRead(source: FreshnessSource): void;
  /** From S-360's own date of a change until subscribers were told. */
  colorChanged(delayMs: number): void;
}

/** From an answer out of the cache of S-360 to a whole catalog. */
const CALL_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180];
/** Polls are a minute apart at best, and an hour where nobody watches. */
const DELAY_SECONDS = [1, 5, 15, 30, 60, 90, 120, 300, 600, 1_800, 3_600, 7_200];

const LANES: readonly Lane[] = ['orders', 'contacts', 'availability', 'catalog'];
const REFUSERS: readonly RefusedCall['by'][] = [
  'S360',
  'MINUTE',
  'METHOD',
  'MONTH',
  'MONTH_BYTES',
  'REPLICA',
];
const SOURCES: readonly FreshnessSource[] = ['LIVE', 'CACHE', 'STALE', 'RESTORED'];

/** Registers the counters; answers what each institution reports to. Labels are from closed lists, institutions aside. */
export function createInstitutionSignals(registry: Registry): (institution: string) => InstitutionSignals {
  const registers = [registry];
  const callLabels = ['institution', 'service', 'method'] as const;
  const calls = new Counter({
    name: 'foyer_s360_calls_total',
    help: 'Calls to S-360 that ended, by what came of them',
    labelNames: [...callLabels, 'lane', 'outcome'],
    registers,
  });
  const bytes = new Counter({
    name: 'foyer_s360_bytes_total',
    help: 'Bytes of calls to S-360 in both directions, as they cross the wire',
    labelNames: callLabels,
    registers,
  });
  const seconds = new Histogram({
    name: 'foyer_s360_call_seconds',
    help: 'How long calls to S-360 took, whatever came of them',
    labelNames: callLabels,
    buckets: CALL_SECONDS,
    registers,
  });
  const refusals = new Counter({
    name: 'foyer_s360_refusals_total',
    help: 'Calls that the call budget did not let go out',
    labelNames: ['institution', 'lane', 'by'],
    registers,
  });
  const readings = new Counter({
    name: 'foyer_availability_readings_total',
    help: 'Availabilities read for clients, by where they came from: LIVE ones waited for S-360',
    labelNames: ['institution', 'source'],
    registers,
  });
  const delays = new Histogram({
    name: 'foyer_color_change_delay_seconds',
    help: "From S-360's own date of a change until subscribers were told of its colors",
    labelNames: ['institution'],
    buckets: DELAY_SECONDS,
    registers,
  });
  return (institution) => {
    // Prometheus sees a counter grow only from the second value on: the first refusal must not go unnoticed.
    for (const lane of LANES) for (const by of REFUSERS) refusals.inc({ institution, lane, by }, 0);
    for (const source of SOURCES) readings.inc({ institution, source }, 0);
    delays.zero({ institution });
    return {
      callEnded({ service, method, lane, outcome, ms, bytes: transferred }) {
        calls.inc({ institution, service, method, lane, outcome });
        bytes.inc({ institution, service, method }, transferred);
        seconds.observe({ institution, service, method }, ms / 1_000);
      },
      callRefused: ({ lane, by }) => refusals.inc({ institution, lane, by }),
      availabilityRead: (source) => readings.inc({ institution, source }),
      colorChanged: (delayMs) => delays.observe({ institution }, Math.max(0, delayMs) / 1_000),
    };
  };
}
