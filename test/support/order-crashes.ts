import { expect } from 'vitest';
import type { Journal } from '../../src/journal/database.js';
import type { FaultScript } from '../../src/sandbox/faults.js';
import { startFoyerProcess, type FoyerProcess } from './compiled-foyer.js';
import { settingsFor } from './gateway.js';
import { query } from './graphql-client.js';
import { ORDERS, orderWorld } from './order-world.js';
import { visits } from './place-order.js';
import { startTestSandbox, type TestSandbox } from './sandbox.js';

export interface CrashPlan {
  readonly env: Readonly<Record<string, string>>;
  readonly openJournal: () => Promise<Journal>;
  readonly kills: number;
  /** From being ready to its end, at the most. */
  readonly longestLifeMs: number;
  readonly latencyMs: number;
  readonly faults?: readonly FaultScript[];
}

/** What the kills hit. */
export interface CrashReport {
  /** States that restarts found orders in. */
  readonly found: ReadonlySet<string>;
  readonly orders: number;
}

const MINUTE_MS = 1_200;
const CLIENTS = 6;
/** How often a client comes back to what was not answered, while there is something new to order. */
const AGAIN = 0.3;
/** How long everything may take to be settled once nobody is killed any more. */
const SETTLE_MS = 180_000;

const ORDER = 'id clientOrderId state inDoubt { step attempts } tickets { barcode { value } }';
const INPUT = '($input: CreateOrderInput!)';
const PAYLOAD = `{ order { ${ORDER} } userErrors { code } }`;
const PLACE = `mutation ${INPUT} { answer: placeOrder(input: $input) ${PAYLOAD} }`;
const CREATE = `mutation ${INPUT} { answer: createOrder(input: $input) ${PAYLOAD} }`;
const CLOSE = `mutation ($id: ID!) { answer: closeOrder(input: { orderId: $id }) ${PAYLOAD} }`;

interface OrderFacts {
  readonly id: string;
  readonly clientOrderId: string;
  readonly state: string;
  readonly tickets: readonly { readonly barcode: { readonly value: string } | null }[];
}

interface Payload {
  readonly order: OrderFacts | null;
  readonly userErrors: readonly { readonly code: string }[];
}

/** The gateway of the moment: killed, it is replaced. */
interface Foyer {
  now: Promise<FoyerProcess>;
  isOver: boolean;
}

/**
 * Clients that keep selling, a gateway that is killed at random moments and started again, and at the end a comparison
 * of every order with S-360's own books: none made or closed twice, none closed without its tickets, none left open.
 */
export async function surviveKills(plan: CrashPlan): Promise<CrashReport> {
  const { env, kills, longestLifeMs, latencyMs, faults = [] } = plan;
  await using sandbox = await startTestSandbox({ world: spaciousWorld(), minuteMs: MINUTE_MS, latencyMs });
  // Nothing of this is about holds that end.
  await sandbox.orders({ institution: ORDERS.code, delayMinutes: 100_000, lifespanMinutes: 100_000 });
  const settings = { ...settingsFor(sandbox.institutions), S360_MINUTE_MS: String(MINUTE_MS), ...env };
  const start = (): Promise<FoyerProcess> => startFoyerProcess(settings);
  const foyer: Foyer = { now: start(), isOver: false };
  // The catalog and the descriptions are there from the first start on.
  await foyer.now;
  for (const fault of faults) await sandbox.fault(fault);
  const clients = Array.from({ length: CLIENTS }, (_each, client) => keepSelling(foyer, client));
  const found = new Set<string>();
  for (let killed = 0; killed < kills; killed += 1) {
    const running = await foyer.now;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * longestLifeMs));
    // From here on clients wait for the next one.
    foyer.now = running.kill().then(async () => {
      for (const state of await statesIn(plan.openJournal)) found.add(state);
      return start();
    });
  }
  foyer.isOver = true;
  const keys = (await Promise.all(clients)).flat();
  const last = await foyer.now;
  try {
    const orders = await inTurns(keys, (key) => sold(foyer, key));
    await expectBooks(sandbox, orders);
  } finally {
    await last.kill();
  }
  return { found, orders: keys.length };
}

/** Sells one order after the other, half of them in two steps. What is not answered is asked again some time. Answers every key. */
async function keepSelling(foyer: Foyer, client: number): Promise<string[]> {
  const keys: string[] = [];
  const unanswered: string[] = [];
  while (!foyer.isOver) {
    const again = Math.random() < AGAIN ? unanswered.shift() : undefined;
    const key = again ?? `client-${client}-order-${keys.length}`;
    if (again === undefined) keys.push(key);
    const order = await sell(foyer, key);
    if (order?.state !== 'CLOSED') unanswered.push(key);
  }
  return keys;
}

/** The order as it was answered; null when the gateway died, or could not say yet. */
async function sell(foyer: Foyer, key: string): Promise<OrderFacts | null> {
  const variables = visits(key, 1);
  if (isInTwoSteps(key)) {
    const held = await mutate(foyer, CREATE, variables);
    return held?.state === 'ON_HOLD' ? mutate(foyer, CLOSE, { id: held.id }) : held;
  }
  return mutate(foyer, PLACE, variables);
}

function isInTwoSteps(key: string): boolean {
  return Number(/\d+$/.exec(key)![0]) % 2 === 1;
}

async function mutate(foyer: Foyer, document: string, variables: object): Promise<OrderFacts | null> {
  const { graphql } = await foyer.now;
  const answer = await query<{ answer: Payload }, object>(graphql, document, variables).catch(() => null);
  const payload = answer?.data?.answer;
  if (payload === undefined) return null;
  expect(payload.userErrors.filter(({ code }) => code !== 'UPSTREAM_REJECTED')).toEqual([]);
  return payload.order;
}

/** Some at a time; answers in the order of the keys. */
async function inTurns<Result>(
  keys: readonly string[],
  work: (key: string) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = keys.entries();
  const worker = async (): Promise<void> => {
    for (const [index, key] of queue) results[index] = await work(key);
  };
  await Promise.all(Array.from({ length: CLIENTS }, worker));
  return results;
}

/** Asked for until it is sold, as a shop would. */
async function sold(foyer: Foyer, key: string): Promise<OrderFacts> {
  const giveUpAt = Date.now() + SETTLE_MS;
  for (;;) {
    const order = await sell(foyer, key);
    if (order?.state === 'CLOSED') return order;
    if (Date.now() > giveUpAt) throw new Error(`${key} is not sold: ${JSON.stringify(order)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function expectBooks(sandbox: TestSandbox, orders: readonly OrderFacts[]): Promise<void> {
  const books = (await sandbox.books(ORDERS.code)).orders;
  const byReference = new Map<string | null, typeof books>();
  for (const order of books) {
    byReference.set(order.externalReference, [...(byReference.get(order.externalReference) ?? []), order]);
  }
  const made = orders.map(({ clientOrderId }) => byReference.get(clientOrderId) ?? []);
  expect(orders.filter((_order, index) => made[index]!.length !== 1)).toEqual([]);
  expect(books.filter(({ state, closes }) => state !== 'CLOSED' || closes !== 1)).toEqual([]);
  expect(books).toHaveLength(orders.length);
  for (const [index, { clientOrderId, tickets }] of orders.entries()) {
    const told = tickets.map(({ barcode }) => barcode?.value);
    expect([clientOrderId, told]).toEqual([clientOrderId, made[index]![0]!.barcodes]);
  }
}

/** What a restart finds. */
async function statesIn(openJournal: () => Promise<Journal>): Promise<readonly string[]> {
  const journal = await openJournal();
  try {
    const rows = await journal.selectFrom('customer_order').select('state').distinct().execute();
    return rows.map(({ state }) => state);
  } finally {
    await journal.destroy();
  }
}

/** There is always another place. */
function spaciousWorld(): ReturnType<typeof orderWorld> {
  const world = orderWorld();
  for (const item of world.institutions[0]!.stock.items) item.quota = 1_000_000;
  return world;
}
