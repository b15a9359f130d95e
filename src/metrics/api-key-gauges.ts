import { Gauge, type Registry } from 'prom-client';

export interface ApiKeyFacts {
  readonly count: () => number;
  /** False while a file of keys cannot be used. */
  readonly isCurrent: () => boolean;
}

/** How many keys there are, and whether they are those that somebody wants. Never whose. */
export function registerApiKeyGauges(registry: Registry, { count, isCurrent }: ApiKeyFacts): void {
  const registers = [registry];
  const keys: Gauge = new Gauge({
    name: 'foyer_api_keys',
    help: 'API keys that are let in',
    registers,
    collect: () => keys.set(count()),
  });
  const newest: Gauge = new Gauge({
    name: 'foyer_api_keys_newest',
    help: '0 while API_KEYS_FILE cannot be used, and the keys that it had before count',
    registers,
    collect: () => newest.set(isCurrent() ? 1 : 0),
  });
}
