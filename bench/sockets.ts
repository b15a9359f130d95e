import { startCrowd } from '../test/support/crowd.js';
import { twoPlaces } from '../test/support/shop.js';
import { load, type LoadResult } from './load.js';
import { startFoyerProcess, startSandboxProcess, type FoyerProcess } from './processes.js';
import { rounded, table } from './table.js';

const CROWDS = [1_000, 10_000];
/** Each poll is told to every subscriber, so this is how often each of them hears something. */
const MINUTE_MS = '3000';
const BODY = JSON.stringify({ query: '{ products(first: 1) { nodes { id name } } }' });
/** Little, so that what is measured is waiting and no queue of its own. */
const CONNECTIONS = 2;
const SECONDS = 6;
const SETTLE_MS = 5_000;

/** What does a subscriber cost that is mostly idle, in memory, and in time to everybody else? */
export async function benchSockets(): Promise<string> {
  const rows: (string | number)[][] = [
    [
      'subscribers',
      'ack p99 ms',
      'still open',
      'KB each',
      'query p50 ms (without them)',
      'query p99 ms (without them)',
      'failures',
    ],
  ];
  for (const sockets of CROWDS) rows.push(await measure(sockets));
  return table(rows);
}

async function measure(sockets: number): Promise<(string | number)[]> {
  await using sandbox = await startSandboxProcess({ S360_MINUTE_MS: MINUTE_MS });
  await using foyer = await startFoyerProcess(sandbox.institutions, {
    S360_MINUTE_MS: MINUTE_MS,
    S360_CALLS_PER_MONTH: '1000000000',
    MAX_SOCKETS_PER_CALLER: '20000',
    MAX_SUBSCRIPTIONS_PER_CALLER: '20000',
  });
  await foyer.ready;
  const { performanceId } = await twoPlaces(foyer.graphql);
  const subscription = `subscription { availabilityChanged(filter: { performanceIds: ["${performanceId}"] }) { kind cursor changes { after } } }`;
  const alone = await ask(foyer);
  const before = (await foyer.seen()).memoryMb;
  await using crowd = await startCrowd({
    url: foyer.graphql,
    sockets,
    subscription,
    operations: 1,
    reads: true,
  });
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const { memoryMb } = await foyer.seen();
  const beside = await ask(foyer);
  const { open, p99AckMs } = await crowd.figures();
  return [
    sockets,
    rounded(p99AckMs, 0),
    open,
    rounded(((memoryMb - before) * 1_000) / sockets),
    `${rounded(beside.p50Ms)} (${rounded(alone.p50Ms)})`,
    `${rounded(beside.p99Ms)} (${rounded(alone.p99Ms)})`,
    beside.failures,
  ];
}

function ask({ graphql }: FoyerProcess): Promise<LoadResult> {
  return load({ url: graphql, body: BODY, connections: CONNECTIONS, seconds: SECONDS });
}
