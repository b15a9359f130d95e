import 'reflect-metadata';
import process from 'node:process';
import { parseArgs } from 'node:util';
import {
  startFoyerProcess,
  startSandboxProcess,
  type FoyerProcess,
  type SandboxProcess,
} from '../bench/processes.js';
import { table } from '../bench/table.js';
import { startWitness } from '../test/support/color-witness.js';
import { query } from '../test/support/graphql-client.js';
import { placeOrder, twoPlaces, type ShopLine } from '../test/support/shop.js';
import { problemsOfSoak, type SoakOrder } from './soak-verdict.js';

/** `npm run soak -- --minutes 10`: clients of all kinds and an S-360 that fails at random, then what came of it. */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const DURATION_MS = Number(values.minutes) * 60_000;
/** Caches, code that is compiled, connections: what a process has only after a while. */
const WARM_UP_SHARE = 0.3;
const MINUTE_MS = 3_000;
const READERS = 4;
const BUYERS = 4;
const WATCHERS = 20;
const BUYER_PAUSE_MS = 200;
const FAULTY_MS = 4_000;
const SETTLE_MS = 180_000;
/** Everything but what the sandbox refuses as beyond a limit, so that each such answer is a limit that was broken. */
const FAULTS = [
  'latency',
  'delayBefore',
  'delayAfter',
  'soapFault',
  'http500',
  'resetBefore',
  'resetAfter',
  'truncate',
  'malformed',
  'inProgress',
  'unknownEnum',
  'hang',
  'emptyAnswer',
  'wrongNamespace',
  'entityExpansion',
  'deepNesting',
];
const SERVICES = ['CatalogService', 'AvailabilityService', 'ExternalOrderFacade', 'ExternalOrderService'];
const QUERIES = [
  '{ products(first: 20) { nodes { id name availability { color } } } }',
  '{ performances(first: 50) { nodes { id startsAt prices { amount { amount } } availability { color remaining } } } }',
  '{ institutions { serviceLevel upstream { inDoubtOrders } } }',
];

interface Crew {
  isPaused: boolean;
  isOver: boolean;
  queries: number;
  readonly keys: string[];
}

await soak();

async function soak(): Promise<void> {
  await using sandbox = await startSandboxProcess({ S360_MINUTE_MS: String(MINUTE_MS), SANDBOX_SPEED: '1' });
  await using foyer = await startFoyerProcess(sandbox.institutions, {
    S360_MINUTE_MS: String(MINUTE_MS),
    S360_CALLS_PER_MONTH: '1000000000',
    S360_DEADLINE_MS: '2000',
    S360_ORDER_DEADLINE_MS: '2000',
    S360_QUARANTINE_MS: '6000',
    // What is meant to fail here would fill the screen.
    LOG_LEVEL: 'silent',
  });
  await foyer.ready;
  const startedAt = await metric(foyer, 'process_start_time_seconds');
  const crew: Crew = { isPaused: false, isOver: false, queries: 0, keys: [] };
  const line = await twoPlaces(foyer.graphql);
  const witnesses = await Promise.all(
    Array.from({ length: WATCHERS }, () =>
      startWitness({
        replicas: () => [foyer.graphql],
        institutions: sandbox.institutions.map(({ code }) => code),
      }),
    ),
  );
  const work = [
    ...Array.from({ length: READERS }, () => keepReading(foyer, crew)),
    ...Array.from({ length: BUYERS }, (_, buyer) => keepBuying(foyer, crew, `buyer-${buyer}`, line)),
    keepFailing(sandbox, crew),
  ];

  await sleep(DURATION_MS * WARM_UP_SHARE);
  const warm = await whileIdle(foyer, crew);
  await sleep(DURATION_MS * (1 - WARM_UP_SHARE));
  crew.isOver = true;
  await Promise.all(work);
  await control(sandbox, 'faults', { method: 'DELETE' });
  const end = await whileIdle(foyer, crew);

  const orders = await settledOrders(foyer, sandbox, crew.keys, line);
  const contradictions = witnesses.flatMap((witness) => witness.contradictions);
  const changes = witnesses.reduce((sum, witness) => sum + witness.changes.length, 0);
  await Promise.all(witnesses.map((witness) => witness[Symbol.asyncDispose]()));
  const { calls } = (await control(sandbox, 'journal')) as { calls: { httpStatus: number | null }[] };
  const brokenLimits = calls.filter(({ httpStatus }) => httpStatus === 509).length;
  const figures = {
    startedAt: [startedAt, await metric(foyer, 'process_start_time_seconds')] as const,
    heap: [warm.heap, end.heap] as const,
    resident: [warm.resident, end.resident] as const,
    brokenLimits,
    contradictions,
    orders,
    queries: crew.queries,
  };
  const megabytes = ([before, after]: readonly [number, number]): string =>
    `${(before / 1e6).toFixed(1)} and ${(after / 1e6).toFixed(1)} MB`;
  console.log(
    table([
      ['what', 'seen'],
      ['minutes', values.minutes],
      ['queries answered', crew.queries],
      ['changes told to subscribers', changes],
      [
        'orders',
        `${orders.length}, of which ${orders.filter(({ state }) => state === 'CLOSED').length} sold`,
      ],
      ['calls to S-360', `${calls.length}, of which ${brokenLimits} broke a limit`],
      ['heap after a collection, after the warm-up and at the end', megabytes(figures.heap)],
      ['resident memory, at the same moments', megabytes(figures.resident)],
    ]),
  );
  const problems = problemsOfSoak(figures);
  for (const problem of problems) console.error(`soak: ${problem}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

async function keepReading(foyer: FoyerProcess, crew: Crew): Promise<void> {
  while (!crew.isOver) {
    await unlessPaused(crew);
    const answer = await query(foyer.graphql, oneOf(QUERIES)).catch(() => null);
    if (answer?.status === 200) crew.queries += 1;
    await sleep(20);
  }
}

/** Asks again, some time, for what was not answered or is in doubt: as a shop does. */
async function keepBuying(foyer: FoyerProcess, crew: Crew, buyer: string, line: ShopLine): Promise<void> {
  const open: string[] = [];
  for (let order = 0; !crew.isOver; order++) {
    await unlessPaused(crew);
    const again = Math.random() < 0.3 ? open.shift() : undefined;
    const key = again ?? `${buyer}-${order}`;
    if (again === undefined) crew.keys.push(key);
    if (!isKnown(await stateOf(foyer, key, line))) open.push(key);
    await sleep(BUYER_PAUSE_MS);
  }
}

async function keepFailing(sandbox: SandboxProcess, crew: Crew): Promise<void> {
  while (!crew.isOver) {
    const fault = {
      service: oneOf(SERVICES),
      kind: oneOf(FAULTS),
      probability: 0.3 + 0.7 * Math.random(),
      delayMs: 500,
    };
    await control(sandbox, 'faults', { method: 'POST', body: JSON.stringify(fault) });
    await sleep(Math.random() * FAULTY_MS);
    await control(sandbox, 'faults', { method: 'DELETE' });
    await sleep(Math.random() * FAULTY_MS);
  }
}

/** Null: it was not answered. `REFUSED` where S-360 or the rules said no. */
async function stateOf(foyer: FoyerProcess, key: string, line: ShopLine): Promise<string | null> {
  const outcome = await placeOrder(foyer.graphql, key, line).catch(() => null);
  if (outcome === null) return null;
  return outcome.order?.state ?? (outcome.userErrors.length > 0 ? 'REFUSED' : null);
}

function isKnown(state: string | null): boolean {
  return state !== null && !['CREATING', 'CLOSING', 'IN_DOUBT', 'ON_HOLD'].includes(state);
}

/** Asks for every order until it is known, and looks what S-360 has of it. */
async function settledOrders(
  foyer: FoyerProcess,
  sandbox: SandboxProcess,
  keys: readonly string[],
  line: ShopLine,
): Promise<SoakOrder[]> {
  const giveUpAt = Date.now() + SETTLE_MS;
  const states = new Map<string, string | null>();
  for (const key of keys) {
    let state = await stateOf(foyer, key, line);
    while (!isKnown(state) && Date.now() < giveUpAt) {
      await sleep(200);
      state = await stateOf(foyer, key, line);
    }
    states.set(key, state);
  }
  const closes = new Map<string | null, number>();
  for (const { code } of sandbox.institutions) {
    const { orders } = (await control(sandbox, `books?institution=${code}`)) as {
      orders: { externalReference: string | null; closes: number }[];
    };
    for (const order of orders) {
      const { externalReference: key } = order;
      closes.set(key, (closes.get(key) ?? 0) + order.closes);
    }
  }
  return [...states].map(([key, state]) => ({ key, state, closes: closes.get(key) ?? 0 }));
}

/** Memory while nobody asks for anything. */
async function whileIdle(foyer: FoyerProcess, crew: Crew): Promise<{ heap: number; resident: number }> {
  crew.isPaused = true;
  await sleep(3_000);
  const heap = await foyer.heapAfterCollection();
  const resident = await metric(foyer, 'process_resident_memory_bytes');
  crew.isPaused = false;
  return { heap, resident };
}

async function unlessPaused(crew: Crew): Promise<void> {
  while (crew.isPaused) await sleep(50);
}

async function metric({ graphql }: FoyerProcess, name: string): Promise<number> {
  const text = await (await fetch(new URL('metrics', graphql))).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

async function control({ url }: SandboxProcess, name: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(`${url}/_sandbox/${name}`, init);
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  return response.json();
}

function oneOf<T>(values: readonly T[]): T {
  return values[Math.floor(Math.random() * values.length)]!;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
