import { startPostgres } from '../test/support/postgres.js';
import { startRedis } from '../test/support/redis.js';
import { load } from './load.js';
import {
  startFoyerProcess,
  startSandboxProcess,
  type FoyerProcess,
  type SandboxProcess,
} from './processes.js';
import { rounded, table } from './table.js';

const REPLICAS = [1, 2, 3];
/** What a front end asks most: a few names with their colors. */
const BODY = JSON.stringify({
  query: '{ products(first: 5) { nodes { id name availability { color } } } }',
});
const CONNECTIONS_EACH = 8;
const SECONDS = 12;
/** Longer than a first catalog takes here, as a real minute is, and short enough for two of them in the seconds above. */
const MINUTE_MS = '6000';

/**
 * Do more replicas answer more, and do they ask S-360 no more? All start at once with nothing stored. On a machine
 * with fewer cores than processes, reads cannot grow: the calls are what this is about.
 */
export async function benchReplicas(): Promise<string> {
  const rows: (string | number)[][] = [
    [
      'replicas',
      'reads/s in total',
      'worst p99 ms',
      'failures',
      'S-360 calls until ready',
      'S-360 calls under load',
    ],
  ];
  for (const count of REPLICAS) rows.push(await measure(count));
  return table(rows);
}

async function measure(count: number): Promise<(string | number)[]> {
  await using postgres = await startPostgres({ isDurable: true });
  await using redis = await startRedis({ isDurable: true });
  await using sandbox = await startSandboxProcess({ S360_MINUTE_MS: MINUTE_MS });
  const settings = {
    S360_MINUTE_MS: MINUTE_MS,
    S360_CALLS_PER_MONTH: '1000000',
    REDIS_URL: redis.url,
    DATABASE_URL: await postgres.createDatabase(),
    REPLICAS: String(count),
    SECRET_KEY: '0123456789abcdef0123456789abcdef',
  };
  const replicas = await Promise.all(
    Array.from({ length: count }, () => startFoyerProcess(sandbox.institutions, settings)),
  );
  try {
    await Promise.all(replicas.map(({ ready }) => ready));
    return [count, ...(await underLoad(replicas, sandbox))];
  } finally {
    await Promise.all(replicas.map((replica) => replica[Symbol.asyncDispose]()));
  }
}

async function underLoad(
  replicas: readonly FoyerProcess[],
  sandbox: SandboxProcess,
): Promise<(string | number)[]> {
  const callsBefore = await callCount(sandbox);
  const results = await Promise.all(
    replicas.map(({ graphql }) =>
      load({ url: graphql, body: BODY, connections: CONNECTIONS_EACH, seconds: SECONDS }),
    ),
  );
  const callsUnderLoad = (await callCount(sandbox)) - callsBefore;
  return [
    rounded(
      results.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0),
      0,
    ),
    rounded(Math.max(...results.map(({ p99Ms }) => p99Ms))),
    results.reduce((sum, { failures }) => sum + failures, 0),
    callsBefore,
    callsUnderLoad,
  ];
}

async function callCount({ url }: SandboxProcess): Promise<number> {
  const { calls } = (await (await fetch(`${url}/_sandbox/journal`)).json()) as { calls: unknown[] };
  return calls.length;
}
