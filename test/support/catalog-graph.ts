import { graphql, subscribe, parse, type ExecutionResult } from 'graphql';
import type { CatalogSnapshot } from '../../src/cache/catalog-snapshot.types.js';
import { ANYBODY } from '../../src/domain/caller.js';
import type { RequestContext } from '../../src/context.js';
import { createLoaders } from '../../src/datasources/loaders.js';
import type { AvailabilityColor, ObservedAvailability } from '../../src/domain/availability.js';
import type { Freshness } from '../../src/domain/freshness.js';
import { createSchema, type SchemaOptions } from '../../src/resolvers/schema.js';
import type { Contacts } from '../../src/services/contacts/contacts.types.js';
import type { OrderFigures } from '../../src/services/orders/order-figures.js';
import type { Orders } from '../../src/services/orders/orders.types.js';
import { noOrders } from './fake-orders.js';
import { CatalogChanges } from '../../src/services/catalog/catalog-refresh-changes.js';
import type { Institution } from '../../src/services/institution.types.js';

const FRESH: Freshness = { observedAt: 0, source: 'CACHE', staleReason: null, nextRefreshAt: null };

/** An institution that serves whatever snapshot a test gives it; S-360 is not behind it. */
export interface GraphInstitution extends Institution {
  snapshot: CatalogSnapshot | null;
  freshness: Freshness;
  /** By S-360 id of performance or product. */
  readonly colors: Map<string, AvailabilityColor>;
  readonly swaps: CatalogChanges;
}

export function graphInstitution(code: string, snapshot: CatalogSnapshot | null): GraphInstitution {
  const colors = new Map<string, AvailabilityColor>();
  const swaps = new CatalogChanges();
  const observed = (
    id: string,
    subject: ObservedAvailability['subject'],
  ): ObservedAvailability | undefined => {
    const color = colors.get(id);
    if (color === undefined) return undefined;
    return { subject, color, rawLevel: color, remaining: null, bySeatCategory: [], observedAt: 0 };
  };
  const ofPerformance = (performanceId: string): ObservedAvailability | undefined =>
    observed(performanceId, { kind: 'performance', productId: '0', performanceId });
  const ofProduct = (productId: string): ObservedAvailability | undefined =>
    observed(productId, { kind: 'product', productId });
  const institution: GraphInstitution = {
    code,
    snapshot,
    freshness: FRESH,
    colors,
    swaps,
    pendingAccountCode: 'PEND',
    symbology: 'QR',
    contacts: { byNumbers: () => never() },
    catalog: {
      current: () => institution.snapshot,
      freshness: () => institution.freshness,
      changes: (signal) => swaps.subscribe(signal),
      notReadyReason: () => null,
    },
    availability: {
      board: {
        institution: code,
        performance: ofPerformance,
        product: ofProduct,
        asOf: ({ observedAt }) => observedAt,
      },
      ofPerformances: async (ids) =>
        ids.map((id) => ({ observed: ofPerformance(id) ?? null, freshness: FRESH })),
      ofProducts: async (ids) => ids.map((id) => ({ observed: ofProduct(id) ?? null, freshness: FRESH })),
      seats: async () => ({ seats: [], freshness: FRESH }),
      expectMoves: () => undefined,
      pollTimes: () => ({ polledAt: null, nextPollAt: 0 }),
      pollPlan: () => [{ productId: '1', everyMs: 60_000, watchers: 2, reason: 'watched' }],
    },
    upstream: {
      budgets: () => [
        { window: 'MONTH', limit: 10_000, used: 12, resetsAt: 0, forecast: 400 },
        { window: 'MONTH_BYTES', limit: null, used: 34, resetsAt: 0, forecast: 56 },
      ],
      calls: () => [],
      circuit: () => 'CLOSED',
      drift: () => [],
    },
    serviceLevel: () => 'NORMAL',
  };
  return institution;
}

export interface Graph {
  /** Moves on as a test wants it. */
  now: number;
  languages: readonly string[];
  orders: Orders;
  orderFigures: OrderFigures;
  caller: string;
  query(document: string, variables?: Readonly<Record<string, unknown>>): Promise<ExecutionResult>;
  /** The data; an error fails the test. */
  data(document: string, variables?: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
  subscribe(
    document: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<AsyncGenerator<ExecutionResult>>;
}

/** The real schema and resolvers over these institutions, without a server. */
export function graphOf(...institutions: readonly GraphInstitution[]): Graph {
  return limitedGraphOf({}, ...institutions);
}

export function limitedGraphOf(options: SchemaOptions, ...institutions: readonly GraphInstitution[]): Graph {
  const schema = createSchema(options);
  const byCode = new Map(institutions.map((institution) => [institution.code, institution]));
  const context = (): RequestContext => ({
    correlationId: 'test',
    languages: graph.languages,
    institutions: byCode,
    loaders: createLoaders(byCode),
    feed: { subscribe: () => never() },
    colorHistory: { ofPerformance: () => never() },
    contacts: NO_CONTACTS,
    orders: graph.orders,
    orderFigures: graph.orderFigures,
    caller: { ...ANYBODY, id: graph.caller },
    mayIntrospect: true,
    ticketLinks: { url: (orderId) => `https://shop.example/tickets/${orderId}` },
    now: () => graph.now,
  });
  const graph: Graph = {
    now: Date.UTC(2026, 0, 12, 9),
    languages: [],
    orders: noOrders(),
    orderFigures: { inDoubt: () => never(), byState: () => never() },
    caller: '',
    async query(source, variableValues = {}) {
      return graphql({ schema, source, variableValues, contextValue: context() });
    },
    async data(source, variables) {
      const { data, errors } = await graph.query(source, variables);
      if (errors !== undefined || !data) throw new Error(JSON.stringify(errors));
      return JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
    },
    async subscribe(source, variableValues = {}) {
      const document = parse(source);
      const stream = await subscribe({ schema, document, variableValues, contextValue: context() });
      if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream.errors));
      return stream;
    },
  };
  return graph;
}

const NO_CONTACTS: Contacts = {
  search: () => never(),
  checkAccess: () => never(),
  create: () => never(),
  update: () => never(),
  delete: () => never(),
  saveAddress: () => never(),
  removeAddress: () => never(),
  setCriteria: () => never(),
};

function never(): never {
  throw new Error('not part of this test');
}
