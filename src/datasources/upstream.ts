import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import { createCallLedger } from '../journal/call-ledger.js';
import type { Journal } from '../journal/database.js';
import { createCatalogSource } from './catalog.js';
import { createContactSource } from './contacts.js';
import type { ContactSource } from './contacts.types.js';
import type { CatalogSource } from './catalog.types.js';
import { createAvailabilityCalls } from './s360/availability-service.js';
import { CallBudget } from './s360/call-budget.js';
import { S360Client } from './s360/client.js';
import type { AvailabilityCalls, CallAllowance, UpstreamReport } from './s360/client.types.js';
import { SERVICE_NAMES, type S360Settings } from './s360/settings.js';
import { loadDescription } from './s360/soap-client.js';

export interface UpstreamDependencies {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly log: Logger;
}

/** One institution's S-360, as the rest of the gateway uses it. */
export interface Upstream {
  readonly catalog: CatalogSource;
  readonly availability: AvailabilityCalls;
  readonly contacts: ContactSource;
  readonly allowance: CallAllowance;
  readonly upstream: UpstreamReport;
  stop(): Promise<void>;
}

/** Asks nothing yet: it only reads from the journal what was already spent. */
export async function connectInstitution(
  settings: S360Settings,
  { clock, journal, log }: UpstreamDependencies,
): Promise<Upstream> {
  const { institution } = settings;
  const budget = await CallBudget.open({
    ...settings,
    ledger: createCallLedger(journal, institution),
    clock,
    onJournalFailure: (error) => log.error({ err: error }, 'the end of a call could not be written down'),
  });
  await Promise.all(SERVICE_NAMES.map(loadDescription));
  const client = new S360Client({ settings, budget, clock, log });
  log.debug({ callsLeft: budget.pollingCallsLeft() }, 'connected');
  return {
    catalog: createCatalogSource(client, settings),
    availability: createAvailabilityCalls(client, institution),
    contacts: createContactSource(client, institution),
    allowance: budget,
    upstream: client,
    stop: () => client.stop(),
  };
}
