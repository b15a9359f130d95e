import 'reflect-metadata';
import process from 'node:process';
import {
  startFoyerProcess,
  startSandboxProcess,
  type FoyerProcess,
  type SandboxProcess,
} from '../../bench/processes.js';
import { table } from '../../bench/table.js';
import { WRONG_ARGUMENTS, readCommandLine } from '../../src/command-line.js';
import { startWitness } from '../../test/support/color-witness.js';
import { query } from '../../test/support/graphql-client.js';
import { misbehave } from './bad-clients.js';
import { books, control, inTheBooks, restock } from './books.js';
import { keepDoing, oneOf, sleep, type Crew } from './crew.js';
import { openShop } from './shop.js';
import { problemOfOrder, problemsOfSoak } from './verdict.js';

const USAGE = 'usage: npm run soak -- [--minutes NUMBER]';

const HELP = `${USAGE}

Clients of all kinds and an S-360 that fails at random, then what came of it, as a table.

  --minutes NUMBER  how long; default: 10
  --help            this text

Exit codes: 0 nothing is wrong, 1 something is, with a line for each problem, ${WRONG_ARGUMENTS} the arguments are wrong.
`;

/** `npm run soak -- --minutes 10`: clients of all kinds and an S-360 that fails at random, then what came of it. */
const MINUTES = minutesIn(process.argv.slice(2));
const DURATION_MS = MINUTES * 60_000;
/** Caches, code that is compiled, connections: what a process has only after a while. */
const WARM_UP_SHARE = 0.3;
const MINUTE_MS = 3_000;
const READERS = 4;
const BUYERS = 4;
const WATCHERS = 20;
const BAD_CLIENTS = 3;
const BUYER_PAUSE_MS = 200;
const SIGN_UP_PAUSE_MS = 1_000;
const RESTOCK_PAUSE_MS = 2_000;
const FAULTY_MS = 4_000;
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
const SERVICES = [
  'CatalogService',
  'AvailabilityService',
  'ExternalOrderFacade',
  'ExternalOrderService',
  'ContactInformationPublicService',
];
const QUERIES = [
  '{ products(first: 20) { nodes { id name availability { color } } } }',
  '{ performances(first: 50) { nodes { id startsAt prices { amount { amount } } availability { color remaining } } } }',
  '{ institutions { serviceLevel upstream { inDoubtOrders } } }',
];

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
  const contactsBefore = (await books(sandbox)).contacts;
  const crew: Crew = { isPaused: false, isOver: false };
  const shop = await openShop(foyer, sandbox);
  const witnesses = await Promise.all(
    Array.from({ length: WATCHERS }, () =>
      startWitness({
        replicas: () => [foyer.graphql],
        institutions: sandbox.institutions.map(({ code }) => code),
      }),
    ),
  );
  let queries = 0;
  const work = [
    ...times(READERS, () => keepDoing(crew, 20, async () => void ((await isAnswered(foyer)) && queries++))),
    ...times(BUYERS, () => keepDoing(crew, BUYER_PAUSE_MS, () => shop.buy())),
    ...times(BAD_CLIENTS, () => keepDoing(crew, 100, () => misbehave(foyer.graphql))),
    keepDoing(crew, SIGN_UP_PAUSE_MS, () => shop.signUp()),
    keepDoing(crew, RESTOCK_PAUSE_MS, () => restock(sandbox, oneOf(shop.lines))),
    keepFailing(sandbox, crew),
  ];

  await sleep(DURATION_MS * WARM_UP_SHARE);
  const warm = await whileIdle(foyer, crew);
  await sleep(DURATION_MS * (1 - WARM_UP_SHARE));
  crew.isOver = true;
  await Promise.all(work);
  await control(sandbox, 'faults', { method: 'DELETE' });
  const end = await whileIdle(foyer, crew);

  const settled = await shop.settle();
  const inBooks = await books(sandbox);
  const contradictions = witnesses.flatMap((witness) => witness.contradictions);
  const changes = witnesses.reduce((sum, witness) => sum + witness.changes.length, 0);
  await Promise.all(witnesses.map((witness) => witness[Symbol.asyncDispose]()));
  const { calls } = (await control(sandbox, 'journal')) as { calls: { httpStatus: number | null }[] };
  const figures = {
    startedAt: [startedAt, await metric(foyer, 'process_start_time_seconds')] as const,
    heap: [warm.heap, end.heap] as const,
    resident: [warm.resident, end.resident] as const,
    brokenLimits: calls.filter(({ httpStatus }) => httpStatus === 509).length,
    contradictions,
    orders: settled.purchases.map((known) => inTheBooks(known, inBooks)),
    contacts: { ...settled.contacts, inBooks: inBooks.contacts - contactsBefore },
    queries,
  };
  const megabytes = ([before, after]: readonly [number, number]): string =>
    `${(before / 1e6).toFixed(1)} and ${(after / 1e6).toFixed(1)} MB`;
  console.log(
    table([
      ['what', 'seen'],
      ['minutes', MINUTES],
      ['queries answered', queries],
      ['changes told to subscribers', changes],
      [
        'orders',
        `${figures.orders.length}: ${counted(figures.orders.map(({ state }) => state ?? 'unknown'))}`,
      ],
      ['refused because of', counted(settled.purchases.flatMap(({ known }) => known.refusals))],
      ['contacts', `${figures.contacts.known} known, ${figures.contacts.inBooks} at S-360`],
      ['calls to S-360', `${calls.length}, of which ${figures.brokenLimits} broke a limit`],
      ['heap after a collection, after the warm-up and at the end', megabytes(figures.heap)],
      ['resident memory, at the same moments', megabytes(figures.resident)],
    ]),
  );
  const problems = problemsOfSoak(figures, MINUTES);
  for (const problem of problems) console.error(`soak: ${problem}`);
  for (const purchased of settled.purchases) {
    if (problemOfOrder(inTheBooks(purchased, inBooks)).length === 0) continue;
    console.error(`soak: ${purchased.purchase.key} was last told ${JSON.stringify(purchased.known)}`);
  }
  process.exitCode = problems.length === 0 ? 0 : 1;
}

function minutesIn(args: readonly string[]): number {
  const asked = readCommandLine(args, { minutes: 'value' }, { usage: USAGE });
  if (asked.kind === 'help') {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const { minutes = '10' } = asked.values;
  const problems = [...asked.problems];
  if (!(Number(minutes) > 0))
    problems.push(`--minutes must be a number above 0, got ${JSON.stringify(minutes)}`);
  if (problems.length === 0) return Number(minutes);
  for (const problem of problems) console.error(`soak: ${problem}`);
  process.exit(WRONG_ARGUMENTS);
}

async function isAnswered({ graphql }: FoyerProcess): Promise<boolean> {
  const answer = await query(graphql, oneOf(QUERIES)).catch(() => null);
  return answer?.status === 200;
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

/** Memory while nobody asks for anything. */
async function whileIdle(foyer: FoyerProcess, crew: Crew): Promise<{ heap: number; resident: number }> {
  crew.isPaused = true;
  await sleep(3_000);
  const heap = await foyer.heapAfterCollection();
  const resident = await metric(foyer, 'process_resident_memory_bytes');
  crew.isPaused = false;
  return { heap, resident };
}

async function metric({ graphql }: FoyerProcess, name: string): Promise<number> {
  const text = await (await fetch(new URL('metrics', graphql))).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

function counted(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ') || 'none';
}
