import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import type { Clock } from '../../src/clock.js';
import { readConfig } from '../../src/config/config.js';
import { startGateway, type Gateway } from '../../src/gateway/gateway.js';

export interface TestGateway extends Gateway, AsyncDisposable {
  /** Address of the GraphQL endpoint. */
  readonly graphql: string;
  readonly cacheDir: string;
}

export interface TestInstitution {
  readonly code: string;
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
}

export interface TestGatewayOptions {
  readonly institutions: readonly TestInstitution[];
  /** More settings, or others. */
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** Kept after the test when given; else a folder of its own, removed at the end. */
  readonly cacheDir?: string;
  readonly log?: Logger;
  /** False does not wait for the first catalogs. */
  readonly untilReady?: boolean;
}

/** The whole gateway in this process, on a free port, against the given institutions. */
export async function startTestGateway(options: TestGatewayOptions): Promise<TestGateway> {
  const cacheDir = options.cacheDir ?? (await temporaryFolder());
  const config = readConfig(
    { ...settingsFor(options.institutions), CACHE_DIR: cacheDir, ...options.env },
    tmpdir(),
  );
  const gateway = await startGateway(config, {
    log: options.log ?? pino({ level: 'silent' }),
    ...(options.clock ? { clock: options.clock } : {}),
  });
  if (options.untilReady !== false) await gateway.ready;
  return {
    ...gateway,
    graphql: `${gateway.url}graphql`,
    cacheDir,
    async [Symbol.asyncDispose]() {
      await gateway.stop();
      if (options.cacheDir === undefined) await rm(cacheDir, { recursive: true, force: true });
    },
  };
}

/** The environment that names these institutions. */
export function settingsFor(institutions: readonly TestInstitution[]): Record<string, string> {
  const settings: Record<string, string> = {
    PORT: '0',
    // A test asks as often as it likes, all from one address.
    RATE_LIMIT_PER_MINUTE: '0',
    LOGIN_FAILURES_PER_MINUTE: '0',
    // Tests of who may do what say otherwise.
    AUTH: 'none',
    S360_INSTITUTIONS: institutions.map(({ code, baseUrl }) => `${code}=${baseUrl}`).join(','),
  };
  for (const { code, username, password } of institutions) {
    settings[`S360_${code.toUpperCase()}_USERNAME`] = username;
    settings[`S360_${code.toUpperCase()}_PASSWORD`] = password;
    settings[`S360_${code.toUpperCase()}_PAYMENT_METHOD`] = 'PEND';
  }
  return settings;
}

export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'foyer-'));
}
