import { describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.js';
import { eventually } from '../support/eventually.js';
import { query, queryData } from '../support/graphql-client.js';
import { createRequest, startOrderHouse, type OrderHouse } from '../support/order-house.js';
import { ORDERS } from '../support/order-world.js';
import { startTestSandbox } from '../support/sandbox.js';
import { SMALL, smallWorld } from '../support/small-world.js';

const ENTITIES = `query ($of: [_Any!]!) { _entities(representations: $of) {
  __typename
  ... on Institution { code name }
  ... on Product { id name performances { nodes { id } } }
  ... on Performance { id startsAt availability { color } }
  ... on Contact { id firstName addresses { town } }
  ... on Order { id state total { amount } }
  ... on Ticket { id ticketState: state barcode { value } performance { id } }
} }`;

type Entity = Readonly<Record<string, unknown>> | null;

async function entities(
  url: string,
  representations: readonly unknown[],
  headers: Record<string, string> = {},
): Promise<readonly Entity[]> {
  const { _entities } = await queryData<{ _entities: Entity[] }>(
    url,
    ENTITIES,
    { of: representations },
    headers,
  );
  return _entities;
}

async function closedOrder(
  { gateway }: OrderHouse,
  key: string,
): Promise<{ id: string; ticketIds: string[] }> {
  const { order } = await gateway.orders.create(createRequest(key, { intent: 'PLACE' }));
  if (order?.state !== 'CLOSED') throw new Error(`order ${key} is ${order?.state}`);
  return {
    id: `${order.institution}:${order.number}`,
    ticketIds: order.tickets.map(({ id }) => `${order.institution}:${id}`),
  };
}

describe('_entities', () => {
  it('answers one entity of each type by its key, in the order asked', async () => {
    await using house = await startOrderHouse();
    const order = await closedOrder(house, 'shop-1');
    const ticketId = order.ticketIds[1]!;
    const answers = await entities(house.gateway.url, [
      { __typename: 'Ticket', id: ticketId },
      { __typename: 'Institution', code: SMALL.code },
      { __typename: 'Order', id: order.id },
      { __typename: 'Performance', id: 'small:301' },
      { __typename: 'Contact', id: `small:${ORDERS.contactNumber}` },
      { __typename: 'Product', id: 'small:201' },
    ]);
    expect(answers).toMatchObject([
      {
        __typename: 'Ticket',
        id: ticketId,
        ticketState: 'VALID',
        barcode: { value: (await house.books()).orders[0]!.barcodes[1] },
        performance: { id: 'small:301' },
      },
      { __typename: 'Institution', code: 'small' },
      { __typename: 'Order', id: order.id, state: 'CLOSED' },
      { __typename: 'Performance', id: 'small:301' },
      { __typename: 'Contact', id: 'small:0004217', firstName: 'Ada' },
      {
        __typename: 'Product',
        id: 'small:201',
        performances: { nodes: [{ id: 'small:301' }, { id: 'small:302' }] },
      },
    ]);
  });

  it('costs S-360 at most one call for each method, for 100 references with as many unknown ones', async () => {
    await using house = await startOrderHouse();
    const orders = [await closedOrder(house, 'shop-1'), await closedOrder(house, 'shop-2')];
    const known = [
      ...orders.map(({ id }) => ({ __typename: 'Order', id })),
      ...orders.flatMap(({ ticketIds }) => ticketIds.map((id) => ({ __typename: 'Ticket', id }))),
      ...SMALL.performanceIds.map((id) => ({ __typename: 'Performance', id: `small:${id}` })),
      { __typename: 'Product', id: 'small:201' },
      { __typename: 'Contact', id: `small:${ORDERS.contactNumber}` },
    ];
    const unknown = Array.from({ length: 50 - known.length }, (_, index) => [
      { __typename: 'Contact', id: `small:9${index}` },
      { __typename: 'Ticket', id: `small:88${index}` },
      { __typename: 'Order', id: `small:77${index}` },
      { __typename: 'Performance', id: `nowhere:${index}` },
      { __typename: 'Product', id: `small:66${index}` },
      { __typename: 'Institution', code: `venue-${index}` },
    ]).flat();
    const asked = [...known, ...unknown].slice(0, 100);
    const answers = await entities(house.gateway.url, asked, { 'x-request-id': 'hundred' });
    expect(answers.slice(0, known.length).filter((answer) => answer === null)).toEqual([]);
    expect(answers.slice(known.length).filter((answer) => answer !== null)).toEqual([]);
    const methods = (await house.sandbox.journal())
      .filter(({ correlationId }) => correlationId === 'hundred')
      .map(({ method }) => method);
    expect(methods).toEqual([...new Set(methods)]);
    expect(methods).toContain('searchContact');
  });

  it.each([
    ['a malformed id', { __typename: 'Performance', id: 'not an id' }],
    ['an id of no institution', { __typename: 'Ticket', id: 'nowhere:1' }],
    ['a malformed code', { __typename: 'Institution', code: 'No Such Venue' }],
    ['a malformed contact number', { __typename: 'Contact', id: 'small:' }],
  ])('is null for %s', async (_what, representation) => {
    await using house = await startOrderHouse();
    expect(await entities(house.gateway.url, [representation])).toEqual([null]);
  });

  it.each<[string, unknown, string]>([
    ['no type', { id: 'small:1' }, 'representations[1].__typename'],
    ['a type that is no entity', { __typename: 'Money', id: '1' }, 'representations[1].__typename'],
    ['no key', { __typename: 'Order' }, 'representations[1].id'],
    ['a key that is no text', { __typename: 'Institution', code: 5 }, 'representations[1].code'],
    ['no object', 'Order', 'representations[1]'],
  ])('refuses a representation with %s, naming it', async (_what, representation, argument) => {
    await using house = await startOrderHouse();
    const { errors } = await query(house.gateway.url, ENTITIES, {
      of: [{ __typename: 'Product', id: 'small:201' }, representation],
    });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }]);
  });

  it('refuses more representations than it answers', async () => {
    await using house = await startOrderHouse();
    const of = Array.from({ length: 501 }, () => ({ __typename: 'Product', id: 'small:201' }));
    const { errors } = await query(
      house.gateway.url,
      'query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }',
      { of },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'representations' } }]);
  });

  it('comes without a trace, though routers that ask for one are served', async () => {
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    await using gateway = await startTestGateway({ institutions: sandbox.institutions });
    const response = await fetch(gateway.graphql, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'apollo-federation-include-trace': 'ftv1' },
      body: JSON.stringify({ query: '{ _service { __typename } }' }),
    });
    const { data, extensions } = (await response.json()) as { data: object; extensions: object };
    expect(data).toEqual({ _service: { __typename: '_Service' } });
    expect(Object.keys(extensions)).toEqual(['cost']);
  });

  it('is not there when FEDERATION is off, nor is `_service`', async () => {
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions,
      env: { FEDERATION: 'off' },
    });
    const { errors } = await query(
      gateway.url,
      '{ _service { sdl } _entities(representations: []) { __typename } }',
    );
    expect(errors?.map(({ message }) => message)).toEqual([
      expect.stringContaining('"_service"') as string,
      expect.stringContaining('"_entities"') as string,
    ]);
  });
});

describe('Cache-Control', () => {
  async function header(url: string, document: string): Promise<string | null> {
    return (await query(url, document)).headers.get('cache-control');
  }

  it('keeps the catalog for ten minutes at most, and no longer than until it is looked at again', async () => {
    await using house = await startOrderHouse();
    const document =
      '{ institution(code: "small") { catalog { freshness { nextRefreshAt } } seasons { code } } }';
    // Within the last second before it is looked at again there is nothing to keep.
    const kept = await eventually('an answer that may be kept', async () => {
      const asked = Date.now();
      const { headers, data } = await query<{
        institution: { catalog: { freshness: { nextRefreshAt: string } } };
      }>(house.gateway.url, document);
      const [, seconds] = /^max-age=(\d+), public$/.exec(headers.get('cache-control') ?? '') ?? [];
      const nextRefreshAt = Date.parse(data!.institution.catalog.freshness.nextRefreshAt);
      return seconds === undefined
        ? null
        : { seconds: Number(seconds), headers, untilRefresh: (nextRefreshAt - asked) / 1000 };
    });
    expect(kept.seconds).toBeGreaterThan(0);
    expect(kept.seconds).toBeLessThanOrEqual(Math.min(600, kept.untilRefresh));
    expect(kept.headers.get('vary')).toMatch(/accept-language/);
  });

  it('keeps a color no longer than until the next poll, and a minute at most', async () => {
    await using house = await startOrderHouse();
    const document =
      '{ performance(id: "small:301") { availability { color freshness { nextRefreshAt } } } }';
    await query(house.gateway.url, document);
    const asked = Date.now();
    const { headers, data } = await query<{
      performance: { availability: { freshness: { nextRefreshAt: string } } };
    }>(house.gateway.url, document);
    const untilRefresh = (Date.parse(data!.performance.availability.freshness.nextRefreshAt) - asked) / 1000;
    const [, seconds = '0'] = /^max-age=(\d+), public$/.exec(headers.get('cache-control') ?? '') ?? [];
    expect(Number(seconds)).toBeLessThanOrEqual(Math.min(60, Math.max(0, untilRefresh)));
  });

  it.each([
    ['a contact', '{ contact(id: "small:0004217") { email } }', 'private, no-store'],
    ['orders', '{ institutions { code } orders { pageInfo { hasNextPage } } }', 'private, no-store'],
    [
      'a ticket by reference',
      '{ _entities(representations: [{ __typename: "Ticket", id: "small:1" }]) { ... on Ticket { id } } }',
      'private, no-store',
    ],
    [
      'the age of something',
      '{ institution(code: "small") { catalog { freshness { ageSeconds } } } }',
      'no-store',
    ],
    [
      'a list that depends on colors',
      '{ products(filter: { colors: [GREEN] }) { nodes { id } } }',
      'no-store',
    ],
    [
      'the history of colors',
      '{ availabilityHistory(performanceId: "small:301") { product { name } } }',
      'no-store',
    ],
    ['an error', '{ product(id: "nonsense") { name } }', 'no-store'],
    ['a mistake in the query', '{ nonsense }', 'no-store'],
    ['a mutation', 'mutation { abandonOrder(orderId: "small:1") { order { id } } }', 'no-store'],
  ])('keeps nothing of %s', async (_what, document, expected) => {
    await using house = await startOrderHouse();
    expect(await header(house.gateway.url, document)).toBe(expected);
  });
});
