import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Config } from '../config/config.js';
import { createInstitutionSignals } from '../metrics/institution-signals.js';
import { createAvailabilityFeed, type RunningFeed } from '../services/availability/availability-feed.js';
import type { Tracing } from '../tracing/traced.js';
import { startEmbeddedSandbox } from './embedded-sandbox.js';
import { openInstitution, type OpenInstitution } from './institution.js';
import type { Releases } from './releases.js';
import type { Stores } from './stores.js';

/** All that tickets are sold for, with the one feed of their colors. */
export interface OpenInstitutions {
  /** By code, in the order of the configuration. */
  readonly institutions: ReadonlyMap<string, OpenInstitution>;
  readonly feed: RunningFeed;
  /** Null when the institutions are real. */
  readonly sandboxUrl: string | null;
}

export interface InstitutionsDependencies {
  readonly stores: Stores;
  readonly metrics: Registry;
  readonly tracing: Tracing | undefined;
  readonly log: Logger;
  readonly releases: Releases;
}

/** Where none is configured the embedded sandbox is started, and says which ones it has. Nothing polls yet. */
export async function openInstitutions(
  config: Config,
  { stores, metrics, tracing, log, releases }: InstitutionsDependencies,
): Promise<OpenInstitutions> {
  const { journal, store, shared, colors, colorLog, clock } = stores;
  const { minuteMs } = config.contract;
  const sandbox =
    config.institutions === null
      ? await startEmbeddedSandbox({ sandbox: config.sandbox, minuteMs, log })
      : null;
  if (sandbox) releases.add(() => sandbox.stop());

  const signalsOf = createInstitutionSignals(metrics);
  const institutions = new Map<string, OpenInstitution>();
  const feed = createAvailabilityFeed({ institutions, colorLog, clock });
  releases.add(() => feed.stop());
  colors?.start(feed);
  for (const settings of config.institutions ?? sandbox?.institutions ?? []) {
    const institution = await openInstitution(settings, {
      contract: config.contract,
      journal,
      store,
      shared,
      colors,
      colorLog,
      feed,
      clock,
      log: log.child({ institution: settings.code }),
      signals: signalsOf(settings.code),
      tracing,
    });
    institutions.set(settings.code, institution);
    releases.add(() => institution.stop());
  }
  return { institutions, feed, sandboxUrl: sandbox?.url ?? null };
}
