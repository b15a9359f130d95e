import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLFormattedError } from 'graphql';
import { ACCESS_RULES, ENTITY_ACCESS, type AccessRule } from '../../src/auth/access-rules.js';
import type { Scope } from '../../src/domain/caller.js';
import { createSchema } from '../../src/resolvers/schema.js';
import { eventually } from '../support/eventually.js';
import { questionsFor, type Question } from '../support/field-questions.js';
import { openSocket, query, queryData, type RawSocket } from '../support/graphql-client.js';
import { SCOPES_TRIED, startGuardedHouse, type GuardedHouse } from '../support/guarded-house.js';
import { ORDERS } from '../support/order-world.js';

/** Types that the world of this test has nothing of: the rules themselves are held against every way elsewhere. */
const NOT_IN_THIS_WORLD: ReadonlySet<string> = new Set([
  // Its order belongs to whoever may read orders, and to whoever may make the request that it is an answer of.
  'IdempotencyUserError',
  'PriceChangedUserError',
  'SimpleUserError',
  'UpstreamUserError',
  'InDoubt',
  'DriftFinding',
  'ProductItem',
  'Timeslot',
  'Venue',
  'Topic',
  // In events: below.
  'AvailabilityChange',
]);

const CONTACT = 'small:0004217';

let house: GuardedHouse;
let questions: readonly Question[];
let everything: string;

beforeAll(async () => {
  house = await startGuardedHouse();
  everything = house.keyWith(SCOPES_TRIED);
  const line = `{ performanceId: "small:${ORDERS.performanceIds[0]}", tariffId: "small:${ORDERS.tariffId}", seatCategoryId: "small:${ORDERS.categoryIds[0]}", quantity: 1 }`;
  const { placeOrder } = await queryData<{
    placeOrder: { order: { id: string; tickets: { id: string }[] } };
  }>(
    house.gateway.url,
    `mutation { placeOrder(input: { clientOrderId: "one", contactId: "${CONTACT}", lines: [${line}] }) {
       order { id tickets { id } } userErrors { message } } }`,
    {},
    { 'x-api-key': everything },
  );
  const { id: orderId, tickets } = placeOrder.order;
  const [, soldOutId] = ORDERS.performanceIds;
  const [seatCategoryId] = ORDERS.categoryIds;
  const soldOut = `{ performanceId: "small:${soldOutId}", tariffId: "small:${ORDERS.tariffId}", seatCategoryId: "small:${seatCategoryId}", quantity: 1 }`;
  await house.sandbox.setStock({
    institution: 'small',
    performanceId: soldOutId,
    seatCategoryId,
    remaining: 0,
  });
  await eventually('a line that is sold out', () => isSoldOut(soldOut));
  const performance = `"small:${ORDERS.performanceIds[0]}"`;
  questions = questionsFor(
    createSchema({ isSubgraph: true }),
    {
      'Query.institution': 'code: "small"',
      'Query.product': `id: "small:${ORDERS.eventId}"`,
      'Query.performance': `id: ${performance}`,
      'Query.availabilities': `performanceIds: [${performance}]`,
      'Query.availabilityHistory': `performanceId: ${performance}`,
      'Query.contact': `id: "${CONTACT}"`,
      'Query.contacts': 'search: { institution: "small", number: "0004217" }',
      'Query.order': `id: "${orderId}"`,
      'Query.checkOrder': `input: { lines: [${line}, ${soldOut}] }`,
      // What cannot be done is refused by those who may, and by a scope for all others.
      'Mutation.createContact': 'input: { institution: "nowhere", clientRequestId: "x" }',
      'Mutation.updateContact': 'input: { id: "nowhere:1" }',
      'Mutation.deleteContact': 'id: "nowhere:1"',
      'Mutation.saveContactAddress': 'input: { contactId: "nowhere:1", address: { lines: ["x"] } }',
      'Mutation.removeContactAddress': 'contactId: "nowhere:1", addressId: "nowhere:1"',
      'Mutation.setContactCriteria': 'contactId: "nowhere:1", criteria: []',
      'Mutation.createOrder': 'input: { clientOrderId: "x", lines: [] }',
      'Mutation.placeOrder': 'input: { clientOrderId: "x", lines: [] }',
      'Mutation.updateOrder': 'input: { clientRequestId: "x", orderId: "nowhere:1" }',
      'Mutation.closeOrder': 'input: { orderId: "nowhere:1" }',
      'Mutation.abandonOrder': 'orderId: "nowhere:1"',
      'Mutation.cancelOrder': 'input: { clientRequestId: "x", orderId: "nowhere:1" }',
    },
    {
      Institution: '{ __typename: "Institution", code: "small" }',
      Product: `{ __typename: "Product", id: "small:${ORDERS.eventId}" }`,
      Performance: `{ __typename: "Performance", id: ${performance} }`,
      Contact: `{ __typename: "Contact", id: "${CONTACT}" }`,
      Order: `{ __typename: "Order", id: "${orderId}" }`,
      Ticket: `{ __typename: "Ticket", id: "${tickets[0]!.id}" }`,
    },
    // The order of this world has none.
    ['Order.problems'],
  );
}, 60_000);

afterAll(() => house[Symbol.asyncDispose]());

type Ask = (
  text: string,
) => Promise<{ data?: unknown; errors?: readonly GraphQLFormattedError[] | undefined }>;

function overHttp(key: string): Ask {
  return async (text) => query(house.gateway.url, text, {}, { 'x-api-key': key });
}

function overSocket(socket: RawSocket): Ask {
  let count = 0;
  return async (text) => {
    const id = `q${(count += 1)}`;
    socket.send({ type: 'subscribe', id, payload: { query: text } });
    const { type, payload } = await socket.next(
      (message) => message.id === id && message.type !== 'complete',
    );
    return type === 'error'
      ? { errors: payload as GraphQLFormattedError[] }
      : (payload as { data: unknown; errors?: GraphQLFormattedError[] });
  };
}

describe('every field, however it is reached,', () => {
  it('is answered to whoever has exactly the scopes that the way to it asks for', async () => {
    const wrong: string[] = [];
    const notThere = new Set<string>();
    for (const question of questions) {
      const answer = await overHttp(house.keyWith(needed(question)))(question.text);
      if (refusalsIn(answer.errors).length > 0)
        wrong.push(`${question.text}: ${JSON.stringify(answer.errors)}`);
      const type = question.name.split('.', 1)[0]!;
      if (!isReached(answer.data, question.path)) notThere.add(type);
    }
    expect(wrong).toEqual([]);
    expect([...notThere].filter((type) => !NOT_IN_THIS_WORLD.has(type))).toEqual([]);
  });

  it('is read by the scope of the way to it alone, where this world has nothing to show', () => {
    const elsewhere = new Set(['AvailabilityChange', 'IdempotencyUserError']);
    const own = [...NOT_IN_THIS_WORLD]
      .filter((type) => !elsewhere.has(type))
      .flatMap((type) => Object.values(ACCESS_RULES[type]!));
    expect(new Set(own)).toEqual(new Set(['inherited']));
  });

  it('is refused to whoever lacks any of them, and S-360 is not asked for it', async () => {
    const wrong: string[] = [];
    await house.sandbox.clearJournal();
    for (const question of reached()) {
      for (const lacking of needed(question)) {
        const others = SCOPES_TRIED.filter((scope) => scope !== lacking);
        if (isAllowed(question, others)) continue;
        const { errors } = await overHttp(house.keyWith(others))(question.text);
        if (!isRefusedFor(errors, lacking)) wrong.push(`${question.text} without ${lacking}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each(SCOPES_TRIED)(
    'is answered for the scope %s alone, or refused, over HTTP and WebSocket alike',
    async (scope) => {
      const key = house.keyWith([scope]);
      await using socket = await disposable(openSocket(house.gateway.url, { payload: { apiKey: key } }));
      const wrong: string[] = [];
      for (const question of reached()) {
        const isOpen = isAllowed(question, [scope]);
        for (const ask of [overHttp(key), overSocket(socket.it)]) {
          const { errors } = await ask(question.text);
          if (isOpen !== (refusalsIn(errors).length === 0)) {
            wrong.push(`${question.text}: ${isOpen ? 'must be' : 'must not be'} open`);
          }
        }
      }
      expect(wrong).toEqual([]);
    },
  );

  it('is refused without a credential, and with a token that has run out', async () => {
    const late = {
      authorization: `Bearer ${await house.issuer.token({ client_id: 'shop' }, { expiresIn: -90 })}`,
    };
    for (const { text } of questions) {
      for (const headers of [{}, late]) {
        const { status, errors } = await query(house.gateway.url, text, {}, headers);
        expect([text, status, errors?.[0]?.extensions?.['code']]).toEqual([text, 401, 'UNAUTHENTICATED']);
      }
    }
  });

  it('costs S-360 no call where the root of the operation is refused', async () => {
    const roots = questions.filter(({ path }) => path.length === 0);
    expect(roots.length).toBeGreaterThan(20);
    const before = (await house.sandbox.journal()).filter(isOfClients).length;
    for (const { text } of roots) await overHttp(house.keyWith(['tickets:read']))(text);
    expect((await house.sandbox.journal()).filter(isOfClients)).toHaveLength(before);
  });
});

describe('every entity', () => {
  it.each(Object.keys(ENTITY_ACCESS) as (keyof typeof ENTITY_ACCESS)[])(
    'of the type %s is refused in its own place by its own scope',
    async (name) => {
      const { text } = questions.find((one) => one.text.includes(`"${name}"`))!;
      const representation = /\[(.*?)\]/.exec(text)![1]!;
      const others = SCOPES_TRIED.filter((scope) => !scopesOf(ENTITY_ACCESS[name]).includes(scope));
      const { data, errors } = await query<{ _entities: unknown[] }>(
        house.gateway.url,
        `{ _entities(representations: [${representation}]) { __typename } }`,
        {},
        { 'x-api-key': house.keyWith(others) },
      );
      expect(data).toEqual({ _entities: [null] });
      expect(errors).toMatchObject([{ path: ['_entities', 0], extensions: { code: 'FORBIDDEN' } }]);
    },
  );
});

describe('every subscription', () => {
  const SUBSCRIPTIONS: readonly (readonly [string, Scope])[] = [
    ['subscription { availabilityChanged { kind } }', 'availability:read'],
    ['subscription { catalogChanged { version } }', 'catalog:read'],
    ['subscription { orderUpdated(orderId: "small:1") { id } }', 'orders:read'],
  ];

  it.each(SUBSCRIPTIONS)('%s begins only with its scope', async (text, needs) => {
    const others = SCOPES_TRIED.filter((scope) => scope !== needs);
    await using socket = await disposable(
      openSocket(house.gateway.url, { payload: { apiKey: house.keyWith(others) } }),
    );
    expect(refusalsIn((await overSocket(socket.it)(text)).errors)).toEqual([
      expect.stringContaining(`needs the scope ${needs}`),
    ]);
  });

  it.each(['product', 'performance', 'seatCategory'])(
    'refuses the %s of a change to whoever may not read the catalog',
    async (field) => {
      const key = house.keyWith(['availability:read']);
      await using socket = await disposable(openSocket(house.gateway.url, { payload: { apiKey: key } }));
      const text = `subscription { availabilityChanged { kind changes { ${field} { id } } } }`;
      const { data, errors } = await overSocket(socket.it)(text);
      expect(JSON.stringify(data)).not.toContain('small:');
      expect(refusalsIn(errors)).toContainEqual(`AvailabilityChange.${field} needs the scope catalog:read`);
    },
  );
});

async function isSoldOut(line: string): Promise<true | null> {
  const { checkOrder } = await queryData<{ checkOrder: { problems: { code: string }[] } }>(
    house.gateway.url,
    `{ checkOrder(input: { lines: [${line}] }) { problems { code } } }`,
    {},
    { 'x-api-key': everything },
  );
  return checkOrder.problems.some(({ code }) => code === 'SOLD_OUT') ? true : null;
}

/** One of these is enough for each. */
function scopesOf(rule: AccessRule): readonly Scope[] {
  if (rule === 'inherited' || rule === 'public') return [];
  return typeof rule === 'string' ? [rule] : rule;
}

/** The fewest scopes that are enough, where one of several is the first. */
function needed({ asked }: Question): Set<Scope> {
  const scopes = new Set<Scope>();
  for (const rule of asked) {
    const enough = scopesOf(rule);
    if (enough.length > 0 && !enough.some((scope) => scopes.has(scope))) scopes.add(enough[0]!);
  }
  return scopes;
}

function isAllowed({ asked }: Question, scopes: readonly Scope[]): boolean {
  return asked.every(
    (rule) => scopesOf(rule).length === 0 || scopesOf(rule).some((one) => scopes.includes(one)),
  );
}

function reached(): readonly Question[] {
  return questions.filter(({ name }) => !NOT_IN_THIS_WORLD.has(name.split('.', 1)[0]!));
}

function refusalsIn(errors: readonly GraphQLFormattedError[] | undefined): string[] {
  return (errors ?? [])
    .filter(
      ({ extensions }) => extensions?.['code'] === 'FORBIDDEN' || extensions?.['code'] === 'UNAUTHENTICATED',
    )
    .map(({ message }) => message);
}

function isRefusedFor(errors: readonly GraphQLFormattedError[] | undefined, scope: Scope): boolean {
  return refusalsIn(errors).some((message) => message.includes(scope));
}

function isReached(data: unknown, path: readonly string[]): boolean {
  let at = data;
  for (const key of path) {
    at = (at as Record<string, unknown> | null | undefined)?.[key];
    if (Array.isArray(at)) at = at.find((entry) => entry !== null && Object.keys(entry as object).length > 0);
  }
  return at !== null && at !== undefined && Object.keys(at).length > 0;
}

function isOfClients({ service }: { readonly service: string }): boolean {
  return service.startsWith('Contact') || service.startsWith('External');
}

async function disposable(opening: Promise<RawSocket>): Promise<{ it: RawSocket } & AsyncDisposable> {
  const it = await opening;
  return {
    it,
    async [Symbol.asyncDispose]() {
      it.close();
      await it.closed;
    },
  };
}
