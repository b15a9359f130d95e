import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import { createCallLedger } from '../journal/call-ledger.js';
import type { Journal } from '../journal/database.js';
import type { Tracing } from '../tracing/traced.js';
import { createCatalogSource } from './catalog.js';
import { createContactSource } from './contacts.js';
import type { ContactSource } from './contacts.types.js';
import type { CatalogSource } from './catalog.types.js';
import { openReplicaBudget, type ReplicaBudgetOptions } from './replica-budget.js';
import { createAvailabilityCalls } from './s360/availability-service.js';
import { CallBudget } from './s360/call-budget.js';
import { S360Client } from './s360/client.js';
import type { AvailabilityCalls, CallAllowance, CallObserver, UpstreamReport } from './s360/client.types.js';
import type { OrderCalls } from './s360/order-calls.types.js';
import { createOrderCalls } from './s360/order-service.js';
import { DEFAULT_DEADLINES, SERVICE_NAMES, type S360Settings } from './s360/settings.js';
import { loadDescription } from './s360/soap-client.js';

export interface UpstreamDependencies {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly log: Logger;
  readonly observer?: CallObserver | undefined;
  readonly tracing?: Tracing | undefined;
  /** Absent: there is one process. */
  readonly replica?: ReplicaBudgetOptions | undefined;
}

/** One institution's S-360, as the rest of the gateway uses it. */
export interface Upstream {
  readonly catalog: CatalogSource;
  readonly availability: AvailabilityCalls;
  readonly contacts: ContactSource;
  readonly orders: OrderCalls;
  /** S-360's clock; epoch ms. */
  readonly upstreamClock: { now(): number; toOurs(upstreamMs: number): number };
  readonly allowance: CallAllowance;
  readonly upstream: UpstreamReport;
  stop(): Promise<void>;
}

/** Asks nothing yet: it only reads from the journal what was already spent. */
export async function connectInstitution(
  settings: S360Settings,
  { clock, journal, log, observer, replica, tracing }: UpstreamDependencies,
): Promise<Upstream> {
  const { institution } = settings;
  const ledger = createCallLedger(journal, institution);
  const shared = replica && (await openReplicaBudget(replica, settings, { ledger, clock, log }));
  const budget = await CallBudget.open({
    ...settings,
    ...shared,
    ledger,
    clock,
    onJournalFailure: (error) => log.error({ err: error }, 'the end of a call could not be written down'),
  });
  await Promise.all(SERVICE_NAMES.map(loadDescription));
  const client = new S360Client({ settings, budget, clock, log, observer, tracing });
  log.debug({ callsLeft: budget.pollingCallsLeft() }, 'connected');
  return {
    catalog: createCatalogSource(client, settings),
    availability: createAvailabilityCalls(client, institution),
    orders: createOrderCalls(client, { institution, closeWaitSeconds: closeWaitOf(settings) }),
    upstreamClock: client.upstreamClock,
    contacts: createContactSource(client, institution),
    allowance: budget,
    upstream: client,
    async stop() {
      await client.stop();
      await shared?.pool.stop();
    },
  };
}

/** Half of our own patience: S-360 shall say `in_progress` before we stop listening. */
function closeWaitOf({ deadlines }: S360Settings): number {
  return Math.floor((deadlines?.orderMs ?? DEFAULT_DEADLINES.orderMs) / 2_000);
}
