import type { Logger } from 'pino';
import type { Store } from '../cache/store.js';
import type { Clock } from '../clock.js';
import type { ContractConfig } from '../config/contract.js';
import type { InstitutionConfig } from '../config/institutions.js';
import type { ContactSource } from '../datasources/contacts.types.js';
import { connectInstitution } from '../datasources/upstream.js';
import type { ServiceLevel } from '../domain/institution.js';
import type { ColorLog } from '../journal/color-log.js';
import type { Journal } from '../journal/database.js';
import type { InstitutionSignals } from '../metrics/institution-signals.js';
import { createAvailability } from '../services/availability/availability.js';
import type { RunningFeed } from '../services/availability/availability-feed.js';
import { createCatalogRefresh, type RunningCatalog } from '../services/catalog/catalog-refresh.js';
import { createCatalogReplicas } from '../services/catalog/catalog-replicas.js';
import { countedReadings } from '../services/availability/counted-readings.js';
import type { CatalogService, Institution } from '../services/institution.types.js';
import type { OrderInstitution } from '../services/orders/order-parts.types.js';
import type { SharedColors } from './shared-colors.js';
import type { SharedState } from './shared-state.js';
import type { Tracing } from '../tracing/traced.js';
import type { UpstreamReport } from '../datasources/s360/client.types.js';

export interface InstitutionDependencies {
  readonly contract: ContractConfig;
  readonly journal: Journal;
  readonly store: Store;
  /** With the other replicas; null or absent: there is one process. */
  readonly shared?: SharedState | null;
  readonly colors?: SharedColors | null;
  readonly colorLog: ColorLog;
  readonly feed: RunningFeed;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where its parts tell what happens. */
  readonly signals?: InstitutionSignals | undefined;
  readonly tracing?: Tracing | undefined;
}

/** An institution with its background work. */
export interface OpenInstitution extends Institution {
  readonly contacts: ContactSource;
  /** What its orders need. */
  readonly orderPart: OrderInstitution;
  start(): void;
  stop(): Promise<void>;
}

/** Connects the parts that serve one institution: its S-360, its catalog, its colors. Nothing runs before `start`. */
export async function openInstitution(
  settings: InstitutionConfig,
  {
    contract,
    journal,
    store,
    shared: others = null,
    colors = null,
    colorLog,
    feed,
    clock,
    log,
    signals,
    tracing,
  }: InstitutionDependencies,
): Promise<OpenInstitution> {
  const { code } = settings;
  const { minuteMs, callsPerMonth } = contract;
  const replica = others && {
    link: others.link,
    replicas: others.replicas,
    name: others.nameOf(code),
    hasCatalog: () => catalog.current() !== null,
  };
  const s360 = await connectInstitution(
    { ...settings, ...contract, institution: code },
    { clock, journal, log, observer: signals, tracing, ...(replica && { replica }) },
  );
  const shared = { institution: code, allowance: s360.allowance, store, clock, minuteMs, callsPerMonth, log };
  const catalog: RunningCatalog = createCatalogRefresh({
    ...shared,
    source: s360.catalog,
    ...(others && {
      store: others.store,
      replicas: createCatalogReplicas({ institution: others.nameOf(code), link: others.link, minuteMs }),
    }),
  });
  const availability = createAvailability({
    ...shared,
    calls: s360.availability,
    catalog,
    colorLog,
    ...(others && { store: others.store }),
    ...(colors && { sharePolls: colors.sharePolls, sharedDemand: colors.demand }),
    feed,
    levels: settings.levels,
    ...(signals && { onColorChanged: (delayMs: number) => signals.colorChanged(delayMs) }),
    toOurClock: (at) => s360.upstreamClock.toOurs(at),
  });
  return {
    code,
    pendingAccountCode: settings.paymentMethod,
    symbology: settings.symbology,
    catalog,
    availability: {
      ...availability,
      ...countedReadings(availability, (source) => signals?.availabilityRead(source)),
    },
    contacts: s360.contacts,
    upstream: s360.upstream,
    orderPart: {
      code,
      orderCalls: s360.orders,
      catalog,
      availability,
      pendingAccountCode: settings.paymentMethod,
      upstreamClock: s360.upstreamClock,
    },
    serviceLevel: () => serviceLevelOf(catalog, s360.upstream),
    start() {
      catalog.start();
      availability.start();
    },
    async stop() {
      await Promise.all([availability.stop(), catalog.stop()]);
      await s360.stop();
    },
  };
}

/**
 * NORMAL while S-360 answers and what we serve is confirmed. That nothing can be sold goes before how fresh answers
 * are.
 */
export function serviceLevelOf(
  catalog: Pick<CatalogService, 'current' | 'freshness'>,
  upstream: Pick<UpstreamReport, 'circuit'>,
): ServiceLevel {
  if (catalog.current()?.pointOfSales.isSelling === false) return 'SALES_CLOSED';
  const isServedFresh = catalog.current() !== null && catalog.freshness().source === 'CACHE';
  return isServedFresh && upstream.circuit() === 'CLOSED' ? 'NORMAL' : 'DEGRADED';
}
