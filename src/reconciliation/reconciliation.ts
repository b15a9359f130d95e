import { existsSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import type { InstitutionConfig } from '../config/institutions.js';
import { connectInstitution, type Upstream } from '../datasources/upstream.js';
import { createStore } from '../cache/store.js';
import { openSharedState } from '../gateway/shared-state.js';
import { quote } from '../domain/ids.js';
import { instantOfLocal } from '../domain/local-to-instant.js';
import { ConfigError, UpstreamRateLimitedError } from '../errors.js';
import { openConfiguredJournal } from '../journal/open-journal.js';
import { createOrderJournal } from '../journal/order-journal.js';
import type { Sealing } from '../journal/order-rows.js';
import { findRunningSandbox } from './running-sandbox.js';
import { journalFileOf, stateFolderOf } from '../config/state-folders.js';
import { reconcileOrders, type ReconciliationParts } from '../services/orders/order-reconciliation-run.js';
import type { MonthWindow, Reconciliation } from '../services/orders/order-reconciliation.types.js';

export interface ReconciliationRequest {
  readonly institution: string;
  /** `2026-11`, on the venue's clock. */
  readonly month: string;
}

/** The gateway may be selling meanwhile: it keeps three quarters of each minute, and the end of the month's calls. */
const SHARE_OF_MINUTE = 0.25;
const SHARE_OF_MONTH = 0.9;

/**
 * Compares one institution's month beside a running gateway, with the gateway's settings: the same journal, and calls
 * that count in the same month. Throws ConfigError for what the settings do not allow, and UpstreamError classes.
 */
export async function reconcileMonth(
  config: Config,
  { institution: code, month }: ReconciliationRequest,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<Reconciliation> {
  const settings = await settingsOf(config, code);
  const { contract } = config;
  const journal = await openExistingJournal(config);
  // The calls of this process are those of one more replica.
  const shared = await openSharedState(config, { behind: createStore({ dir: null, log }), log });
  const replica = shared && {
    link: shared.link,
    replicas: shared.replicas,
    name: shared.nameOf(code),
    hasCatalog: () => false,
  };
  try {
    const s360 = await connectInstitution(
      {
        ...settings,
        ...contract,
        institution: code,
        callsPerMinute: Math.max(1, Math.floor(contract.callsPerMinute * SHARE_OF_MINUTE)),
        callsPerMonth: Math.floor(contract.callsPerMonth * SHARE_OF_MONTH),
      },
      { clock, journal, log, ...(replica && { replica }) },
    );
    try {
      const pointOfSales = await paced(clock, () => s360.catalog.pointOfSales());
      return await reconcileOrders(
        {
          institution: code,
          journal: createOrderJournal(journal, { sealing: STAYS_SEALED }),
          calls: pacedCalls(clock, s360),
          pointOfSales,
          clock,
          upstreamClock: s360.upstreamClock,
        },
        windowOf(month, pointOfSales.timeZone),
      );
    } finally {
      await s360.stop();
    }
  } finally {
    await shared?.link.close();
    await journal.destroy();
  }
}

async function settingsOf(config: Config, code: string): Promise<InstitutionConfig> {
  const institutions = config.institutions ?? (await findRunningSandbox(config.sandbox.port));
  const found = institutions.find((institution) => institution.code === code);
  if (found !== undefined) return found;
  const known = institutions.map((institution) => institution.code).join(', ');
  throw new ConfigError([`--institution must be one of ${known}, got ${quote(code)}`]);
}

/** A journal made here would be empty, and everything missing in it. */
async function openExistingJournal(config: Config): ReturnType<typeof openConfiguredJournal> {
  const { institutions, databaseUrl } = config;
  const dir = stateFolderOf(config);
  if (databaseUrl === null && !existsSync(journalFileOf(config))) {
    throw new ConfigError([
      `CACHE_DIR: there is no journal in ${dir}: give the settings, and the folder, that the gateway runs with`,
    ]);
  }
  return openConfiguredJournal({ databaseUrl, dir, isSandbox: institutions === null });
}

/** Nothing here needs a barcode or a name, and so nobody needs the secret that opens them. */
const STAYS_SEALED: Sealing = {
  seal() {
    throw new Error('reconciling writes no orders');
  },
  open: (sealed) => sealed,
};

function pacedCalls(clock: Clock, { orders }: Pick<Upstream, 'orders'>): ReconciliationParts['calls'] {
  return {
    ordersCreatedBetween: (window) => paced(clock, () => orders.ordersCreatedBetween(window)),
    ticketsSoldBetween: (window) => paced(clock, () => orders.ticketsSoldBetween(window)),
    orderDetails: (s360OrderId) => paced(clock, () => orders.orderDetails(s360OrderId)),
  };
}

/** Our share of a minute comes back by itself, and so does the way to the other replicas; any other refusal is final. */
async function paced<T>(clock: Clock, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof UpstreamRateLimitedError) || !PASSING.has(error.refusedBy)) throw error;
      await clock.sleep(error.retryAfterMs ?? 1_000);
    }
  }
}

const PASSING: ReadonlySet<UpstreamRateLimitedError['refusedBy']> = new Set(['MINUTE', 'REPLICA']);

function windowOf(month: string, timeZone: string): MonthWindow {
  const [year, number] = month.split('-').map(Number) as [number, number];
  const next = new Date(Date.UTC(year, number)).toISOString().slice(0, 7);
  const from = instantOfLocal(`${month}-01`, '00:00', timeZone);
  const until = instantOfLocal(`${next}-01`, '00:00', timeZone);
  if (from === undefined || until === undefined) throw new Error(`${quote(month)} is no month`);
  return { from, until };
}
