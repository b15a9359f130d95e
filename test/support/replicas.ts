import { addressIn, startFoyer, type FoyerProcess } from './foyer-process.js';
import { settingsFor } from './gateway.js';
import { startPostgres, type PostgresServer } from './postgres.js';
import { startRedis, type RedisServer } from './redis.js';
import { startTestSandbox, type TestSandbox } from './sandbox.js';
import { startProxy, type TcpProxy } from './tcp-proxy.js';

/** One process of several, with ways of its own to S-360 and to Redis. */
export interface Replica {
  readonly process: FoyerProcess;
  /** Base address. */
  readonly url: string;
  readonly toS360: TcpProxy;
  readonly toRedis: TcpProxy;
}

/** Replicas with the real servers that they share, on free ports. */
export interface House extends AsyncDisposable {
  readonly sandbox: TestSandbox;
  readonly redis: RedisServer;
  /** Running ones and ended ones, in the order of their start. */
  readonly replicas: readonly Replica[];
  /** Resolves when it is ready. */
  start(settings?: Readonly<Record<string, string>>): Promise<Replica>;
  /** Released with the house, and before it. */
  use<Part extends AsyncDisposable>(part: Part): Part;
}

export interface HouseOptions {
  /** Started at once, with nothing stored yet. */
  readonly replicas: number;
  /** Length of the contract's minute. */
  readonly minuteMs: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** Where the house gets a database of its own; absent: a server of its own. */
  readonly postgres?: PostgresServer;
}

/** How many institutions of the sandbox are served; one is as good as three and leaves the cores to the replicas. */
const INSTITUTIONS = 1;

export async function startHouse(options: HouseOptions): Promise<House> {
  const parts: AsyncDisposable[] = [];
  try {
    return await build(options, parts);
  } catch (error) {
    await release(parts);
    throw error;
  }
}

/** Newest first, once. */
async function release(parts: AsyncDisposable[]): Promise<void> {
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) await part[Symbol.asyncDispose]();
}

async function build(
  { replicas: count, minuteMs, settings: common = {}, postgres: given }: HouseOptions,
  parts: AsyncDisposable[],
): Promise<House> {
  const use = <Part extends AsyncDisposable>(part: Part): Part => {
    parts.push(part);
    return part;
  };
  const postgres = given ?? use(await startPostgres());
  const redis = use(await startRedis({ isDurable: true }));
  const sandbox = use(await startTestSandbox({ minuteMs }));
  const databaseUrl = await postgres.createDatabase();
  const replicas: Replica[] = [];

  const start = async (own: Readonly<Record<string, string>> = {}): Promise<Replica> => {
    const toS360 = use(await startProxy(Number(new URL(sandbox.url).port)));
    const toRedis = use(await startProxy(redis.port));
    const process = use(
      await startFoyer({
        ...settingsFor(
          sandbox.institutions.slice(0, INSTITUTIONS).map((institution) => ({
            ...institution,
            baseUrl: `http://127.0.0.1:${toS360.port}/${institution.code}`,
          })),
        ),
        S360_MINUTE_MS: String(minuteMs),
        S360_CALLS_PER_MONTH: '1000000',
        REDIS_URL: `redis://127.0.0.1:${toRedis.port}`,
        DATABASE_URL: databaseUrl,
        REPLICAS: String(count),
        SECRET_KEY: '0123456789abcdef0123456789abcdef',
        LOG_LEVEL: 'error',
        ...common,
        ...own,
      }),
    );
    const line = await process.line();
    if (!line.startsWith('Foyer is ready')) throw new Error(`${line}; ${process.complaints()}`);
    const replica = { process, url: new URL('.', addressIn(line)).href, toS360, toRedis };
    replicas.push(replica);
    return replica;
  };

  await Promise.all(Array.from({ length: count }, () => start()));
  return {
    sandbox,
    redis,
    replicas,
    start,
    use,
    [Symbol.asyncDispose]: () => release(parts),
  };
}
