import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseGlobalId } from '../src/domain/ids.js';
import { openJournalFile, openPostgresJournal, type Journal } from '../src/journal/database.js';
import type { TestInstitution } from '../test/support/gateway.js';
import { query } from '../test/support/graphql-client.js';
import { NO_POSTGRES, startPostgres } from '../test/support/postgres.js';
import { endpointOf, envelope } from '../test/support/raw-soap.js';
import { startOrderCore } from './order-core.js';
import { buyers, KEY_PLACE, type BuyersResult } from './order-load.js';
import { startFoyerProcess, startSandboxProcess } from './processes.js';
import { rounded, table } from './table.js';
import { withJournalTime } from './timed-journal.js';

const LATENCY_MS = 30;
const CLIENTS = [1, 8, 32];
const SECONDS = 6;
const CALLS_OF_AN_ORDER = 3;
/** The sandbox takes 180 calls in a minute of the contract, so this makes 1,200 a second of it: never the limit here. */
const CONTRACT = {
  S360_MINUTE_MS: '150',
  S360_CALLS_PER_MINUTE: '100000',
  S360_CALLS_PER_MONTH: '1000000000',
  S360_ORDER_DEADLINE_MS: '30000',
};

/**
 * How many orders a second does `placeOrder` sell end to end, each of two places, how near does it come to three bare
 * calls to S-360 in a row, and how much of an order's time is the journal? S-360 takes 30 ms for a call. Orders come
 * over HTTP from a process of their own; the floor is the same number of SOAP calls from that process, without Foyer.
 * The journal's share is measured in this process, with the order core alone: the time that an order waits for the order
 * journal, and apart from it for the counters of calls, which are in the same database.
 */
export async function benchOrders(): Promise<string> {
  const ends: Row[] = [ENDS_HEADING];
  const shares: Row[] = [SHARES_HEADING];
  const folder = await mkdtemp(join(tmpdir(), 'foyer-bench-'));
  try {
    ends.push(...(await soldEndToEnd('SQLite', {})));
    const sqlite = await openJournalFile(join(folder, 'journal.sqlite'));
    shares.push(...(await shareOfJournal('SQLite', sqlite)));
    await sqlite.destroy();
    if (NO_POSTGRES !== null) return [table(ends), table(shares), NO_POSTGRES].join('\n\n');
    await using server = await startPostgres({ isDurable: true });
    ends.push(...(await soldEndToEnd('PostgreSQL', { DATABASE_URL: await server.createDatabase() })));
    const postgres = await openPostgresJournal(await server.createDatabase(), 'foyer');
    shares.push(...(await shareOfJournal('PostgreSQL', postgres)));
    await postgres.destroy();
    return [table(ends), table(shares)].join('\n\n');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Row = (string | number)[];

const ENDS_HEADING: Row = [
  'journal',
  'clients',
  'orders/s',
  'p50 ms',
  'p99 ms',
  'three bare calls: turns/s',
  'p50 ms',
  'p50 above the floor',
  'failures',
];
const SHARES_HEADING: Row = [
  'journal',
  'orders at once',
  'orders',
  'ms of an order, mean',
  'ms in the order journal',
  'share',
  'of the 5 % allowed',
  'ms in the counters of calls',
];

async function startArena(): Promise<AsyncDisposable & { readonly arena: TestInstitution }> {
  const sandbox = await startSandboxProcess({
    S360_MINUTE_MS: CONTRACT.S360_MINUTE_MS,
    SANDBOX_LATENCY_MS: String(LATENCY_MS),
  });
  const arena = sandbox.institutions.find(({ code }) => code === 'arena')!;
  return { arena, [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose]() };
}

async function soldEndToEnd(name: string, settings: Readonly<Record<string, string>>): Promise<Row[]> {
  await using sandbox = await startArena();
  const { arena } = sandbox;
  await using foyer = await startFoyerProcess([arena], { ...CONTRACT, ...settings });
  await foyer.ready;
  const wish = await largestOffer(foyer.graphql);
  const rows: Row[] = [];
  for (const clients of CLIENTS) {
    const sold = await buyers({
      url: foyer.graphql,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `mutation Place($input: CreateOrderInput!) {
          placeOrder(input: $input) { order { state tickets { barcode { value } } } userErrors { message } } }`,
        variables: { input: { clientOrderId: KEY_PLACE, lines: [{ ...wish, quantity: 2 }] } },
      }),
      requestsInTurn: 1,
      clients,
      seconds: SECONDS,
      expected: '"state":"CLOSED"',
    });
    const floor = await bareCalls(arena, clients);
    complainOf(sold, 'orders');
    complainOf(floor, 'bare calls');
    rows.push([
      name,
      clients,
      rounded(sold.turnsPerSecond, 1),
      rounded(sold.p50Ms, 0),
      rounded(sold.p99Ms, 0),
      rounded(floor.turnsPerSecond, 1),
      rounded(floor.p50Ms, 0),
      `${rounded(100 * (sold.p50Ms / floor.p50Ms - 1), 0)} %`,
      sold.failures + floor.failures,
    ]);
  }
  return rows;
}

function bareCalls(arena: TestInstitution, clients: number): Promise<BuyersResult> {
  const service = 'ExternalOrderService';
  return buyers({
    url: endpointOf(arena, service),
    headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
    // An order that is not there: the smallest work S-360 can have.
    body: envelope(arena, {
      service,
      method: 'getOrderDetails',
      parameters: '<orderId>1</orderId><granularity>TICKETS</granularity>',
    }),
    requestsInTurn: CALLS_OF_AN_ORDER,
    clients,
    seconds: SECONDS,
    expected: 'error.order.unknownReference',
  });
}

async function shareOfJournal(name: string, journal: Journal): Promise<Row[]> {
  await using sandbox = await startArena();
  const { arena } = sandbox;
  const wish = await offerOf(arena);
  await using core = await startOrderCore(arena, journal, CONTRACT);
  const line = {
    performanceId: s360IdOf(wish.performanceId),
    tariffId: s360IdOf(wish.tariffId),
    seatCategoryId: s360IdOf(wish.seatCategoryId),
    itemId: null,
    timeslotId: null,
    seatIds: [],
    quantity: 2,
    expectedUnitMilli: null,
  };
  const rows: Row[] = [];
  let key = 0;
  for (const atOnce of CLIENTS) {
    let orders = 0;
    let wholeMs = 0;
    let journalMs = 0;
    let countersMs = 0;
    const until = performance.now() + SECONDS * 1_000;
    const buyer = async (): Promise<void> => {
      while (performance.now() < until) {
        key += 1;
        const clientOrderId = `bench-${key}`;
        const startedAt = performance.now();
        const { ordersMs, othersMs } = await withJournalTime(async () => {
          const { order } = await core.orders.create({
            caller: '',
            institution: arena.code,
            clientOrderId,
            intent: 'PLACE',
            input: { lines: [line], contactNumber: null, reference: null },
          });
          if (order?.state !== 'CLOSED') throw new Error(`an order ended ${order?.state}`);
        });
        wholeMs += performance.now() - startedAt;
        journalMs += ordersMs;
        countersMs += othersMs;
        orders += 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, buyer));
    const share = (100 * journalMs) / wholeMs;
    rows.push([
      name,
      atOnce,
      orders,
      rounded(wholeMs / orders, 1),
      rounded(journalMs / orders, 2),
      `${rounded(share, 1)} %`,
      `${rounded((100 * share) / 5, 0)} %`,
      rounded(countersMs / orders, 2),
    ]);
  }
  return rows;
}

interface Offer {
  readonly performanceId: string;
  readonly tariffId: string;
  readonly seatCategoryId: string;
}

interface OfferedPerformance {
  readonly id: string;
  readonly saleStatus: string;
  readonly prices: readonly {
    readonly tariff: { readonly id: string; readonly kind: string };
    readonly seatCategory: { readonly id: string } | null;
  }[];
  readonly availability: {
    readonly bySeatCategory: readonly {
      readonly seatCategory: { readonly id: string };
      readonly remaining: number | null;
    }[];
  };
}

/** Told by a gateway that is gone again. */
async function offerOf(arena: TestInstitution): Promise<Offer> {
  await using foyer = await startFoyerProcess([arena], CONTRACT);
  await foyer.ready;
  return await largestOffer(foyer.graphql);
}

/** The category with the most places left: a run must not sell it out. */
async function largestOffer(graphql: string): Promise<Offer> {
  const { data } = await query(
    graphql,
    `{ performances(first: 100) { nodes { id saleStatus prices { tariff { id kind } seatCategory { id } }
       availability { bySeatCategory { seatCategory { id } remaining } } } } }`,
  );
  const { performances } = JSON.parse(JSON.stringify(data)) as {
    performances: { nodes: OfferedPerformance[] };
  };
  const offers = performances.nodes
    .filter(({ saleStatus }) => saleStatus === 'ON_SALE')
    .flatMap(({ id, prices, availability: { bySeatCategory } }) =>
      prices
        .filter(({ tariff }) => tariff.kind === 'FULL')
        .flatMap(({ tariff, seatCategory }) => {
          const left =
            bySeatCategory.find((each) => each.seatCategory.id === seatCategory?.id)?.remaining ?? 0;
          return seatCategory === null
            ? []
            : [{ left, performanceId: id, tariffId: tariff.id, seatCategoryId: seatCategory.id }];
        }),
    )
    .toSorted((a, b) => b.left - a.left);
  const [best] = offers;
  if (best === undefined) throw new Error('nothing is on sale in the arena');
  const { performanceId, tariffId, seatCategoryId } = best;
  return { performanceId, tariffId, seatCategoryId };
}

function s360IdOf(id: string): string {
  return parseGlobalId('id', id).s360Id;
}

function complainOf({ failures, firstFailure }: BuyersResult, what: string): void {
  if (failures > 0) console.error(`${failures} ${what} failed, the first with: ${firstFailure}`);
}
