import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { AuthSettings } from '../auth/authenticator.js';
import { createKeyRing, type KeyRing } from '../auth/key-ring.js';
import { registerApiKeyGauges } from '../metrics/api-key-gauges.js';
import type { Releases } from './releases.js';
import { watchKeys, type WatchedKeys } from './watched-keys.js';

export interface OpenApiKeys {
  readonly ring: KeyRing;
  /** Null: there is no file. */
  readonly watched: WatchedKeys | null;
}

/** The keys that count, those of the file for as long as they are in it. */
export function openApiKeys(
  auth: AuthSettings,
  {
    metrics,
    log,
    releases,
  }: { readonly metrics: Registry; readonly log: Logger; readonly releases: Releases },
): OpenApiKeys {
  const ring = createKeyRing(auth.mode === 'open' ? [] : auth.keys);
  const watched = auth.mode === 'required' && auth.keyFile ? watchKeys({ ...auth.keyFile, ring, log }) : null;
  releases.add(async () => watched?.stop());
  registerApiKeyGauges(metrics, {
    count: () => ring.count(),
    isCurrent: () => watched?.isCurrent() ?? true,
  });
  return { ring, watched };
}
