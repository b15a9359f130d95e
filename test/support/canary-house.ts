import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { SignJWT } from 'jose';
import { hashOfKey, newApiKey } from '../../src/auth/api-keys.js';
import { SCOPES } from '../../src/domain/caller.js';
import type { Canaries } from './canaries.js';
import { startCollector, type Collector } from './collector.js';
import { startEchoingS360, type EchoingS360 } from './echoing-s360.js';
import { addressIn, startFoyer, type FoyerProcess } from './foyer-process.js';
import { settingsFor, temporaryFolder } from './gateway.js';
import { SHORT_WAITS } from './order-house.js';
import { orderWorld } from './order-world.js';
import { startPostgres, type PostgresServer } from './postgres.js';
import { startRedis, type RedisServer } from './redis.js';
import { startTestSandbox, type TestSandbox } from './sandbox.js';
import { startSubgraph, type TestSubgraph } from './subgraph.js';
import { startProxy, type TcpProxy } from './tcp-proxy.js';

/** What the process itself is given. */
export const OWN_SECRETS = {
  'secret key': 'kanari-secret-key-of-more-than-32-characters',
  'secret of tokens': 'kanari-secret-of-tokens-of-more-than-32-characters',
  'password of Redis': 'kanari-pass-of-redis-7719',
  'password of PostgreSQL': 'kanari-pass-of-postgres-7719',
} as const satisfies Canaries;

/** Of a ticket: it comes from S-360 alone. */
export const HOLDER = 'Halterin-Kanariel 7719';

const ISSUER = 'https://id.partner.example/';
const AUDIENCE = 'foyer';

/** One process at the most talkative level, with everything that it can be connected to, and ways that can be cut. */
export interface CanaryHouse extends AsyncDisposable {
  readonly foyer: FoyerProcess;
  /** Base address, through `toFoyer`. */
  readonly url: string;
  readonly toFoyer: TcpProxy;
  readonly toRedis: TcpProxy;
  readonly toPostgres: TcpProxy;
  readonly redis: RedisServer;
  readonly postgres: PostgresServer;
  readonly databaseUrl: string;
  readonly sandbox: TestSandbox;
  readonly s360: EchoingS360;
  readonly subgraph: TestSubgraph;
  readonly collector: Collector;
  readonly stateDir: string;
  /** With all scopes. */
  readonly apiKey: string;
  /** The environment of the process, for others beside it. */
  readonly settings: Readonly<Record<string, string>>;
  /** With the scope to read the catalog. */
  token(options?: { readonly secret?: string; readonly expiresIn?: number }): Promise<string>;
}

export async function startCanaryHouse(): Promise<CanaryHouse> {
  const parts: AsyncDisposable[] = [];
  const use = <Part extends AsyncDisposable>(part: Part): Part => {
    parts.unshift(part);
    return part;
  };
  const release = async (): Promise<void> => {
    for (const part of parts) await part[Symbol.asyncDispose]();
  };
  try {
    return { ...(await build(use)), [Symbol.asyncDispose]: release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function build(
  use: <Part extends AsyncDisposable>(part: Part) => Part,
): Promise<Omit<CanaryHouse, keyof AsyncDisposable>> {
  const sandbox = use(
    await startTestSandbox({ world: orderWorld(), minuteMs: Number(SHORT_WAITS.S360_MINUTE_MS) }),
  );
  const s360 = use(await startEchoingS360(new URL(sandbox.url).origin, { holder: HOLDER }));
  const redis = use(await startRedis({ password: OWN_SECRETS['password of Redis'] }));
  const postgres = use(await startPostgres({ password: OWN_SECRETS['password of PostgreSQL'] }));
  const databaseUrl = await postgres.createDatabase();
  const toRedis = use(await startProxy(redis.port));
  const toPostgres = use(await startProxy(Number(new URL(databaseUrl).port)));
  const collector = use(await startCollector());
  const subgraph = use(await startSubgraph({ sdl: SDL, resolvers: { Query: { guide: () => 'this way' } } }));
  const stateDir = await temporaryFolder();
  use({ [Symbol.asyncDispose]: () => rm(stateDir, { recursive: true, force: true }) });
  const apiKey = newApiKey();
  const settings = {
    ...settingsFor(
      sandbox.institutions.map((institution) => ({
        ...institution,
        baseUrl: s360.url + new URL(institution.baseUrl).pathname,
      })),
    ),
    ...SHORT_WAITS,
    LOG_LEVEL: 'trace',
    CACHE_DIR: stateDir,
    SECRET_KEY: OWN_SECRETS['secret key'],
    DATABASE_URL: at(databaseUrl, toPostgres.port),
    REDIS_URL: at(redis.url, toRedis.port),
    REPLICAS: '1',
    RATE_LIMIT_PER_MINUTE: '60000',
    TRUSTED_PROXIES: '1',
    AUTH: 'on',
    API_KEYS: JSON.stringify([{ name: 'shop', sha256: hashOfKey(apiKey), scopes: SCOPES }]),
    JWT_SECRET: OWN_SECRETS['secret of tokens'],
    JWT_ISSUER: ISSUER,
    JWT_AUDIENCE: AUDIENCE,
    SUBGRAPHS: `guide=${subgraph.url}`,
    SUBGRAPH_HEADERS: 'x-partner',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  };
  const foyer = use(await startFoyer(settings));
  const toFoyer = use(await startProxy(Number(new URL(addressIn(await foyer.line())).port)));
  return {
    foyer,
    url: `http://127.0.0.1:${toFoyer.port}/`,
    toFoyer,
    toRedis,
    toPostgres,
    redis,
    postgres,
    databaseUrl,
    sandbox,
    s360,
    subgraph,
    collector,
    stateDir,
    apiKey,
    settings,
    token: ({ secret = OWN_SECRETS['secret of tokens'], expiresIn = 300 } = {}) =>
      new SignJWT({
        iss: ISSUER,
        aud: AUDIENCE,
        sub: `buyer-${randomBytes(8).toString('hex')}`,
        scope: 'catalog:read',
        exp: Math.floor(Date.now() / 1_000) + expiresIn,
      })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(secret)),
  };
}

const SDL = 'type Query { guide: String! }';

function at(address: string, port: number): string {
  const url = new URL(address);
  url.port = String(port);
  return url.href;
}
