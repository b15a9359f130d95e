import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSocket, query, queryData, subscribe } from '../support/graphql-client.js';
import { SCOPES_TRIED, startGuardedHouse, type GuardedHouse } from '../support/guarded-house.js';
import { ORDERS } from '../support/order-world.js';

const [MINE, OTHERS] = ['small:0004217', 'small:0004220'];

let house: GuardedHouse;
let shop: Record<string, string>;

beforeAll(async () => {
  house = await startGuardedHouse();
  shop = { 'x-api-key': house.keyWith(SCOPES_TRIED) };
}, 60_000);

afterAll(() => house[Symbol.asyncDispose]());

const lineAt = (institution: string) =>
  `{ performanceId: "${institution}:${ORDERS.performanceIds[0]}", tariffId: "${institution}:${ORDERS.tariffId}", seatCategoryId: "${institution}:${ORDERS.categoryIds[0]}", quantity: 1 }`;

interface Outcome {
  readonly order: { readonly id: string; readonly contact: { readonly id: string } | null } | null;
  readonly userErrors: readonly { readonly code: string; readonly path: readonly string[] | null }[];
}

async function place(
  headers: Record<string, string>,
  clientOrderId: string,
  { institution = 'small', contactId }: { readonly institution?: string; readonly contactId?: string } = {},
): Promise<Outcome> {
  const contact = contactId === undefined ? '' : `contactId: "${contactId}", `;
  const { placeOrder } = await queryData<{ placeOrder: Outcome }>(
    house.gateway.url,
    `mutation { placeOrder(input: { clientOrderId: "${clientOrderId}", ${contact}lines: [${lineAt(institution)}] }) {
       order { id contact { id } } userErrors { code path } } }`,
    {},
    headers,
  );
  return placeOrder;
}

const ask = (headers: Record<string, string>, text: string, variables: Record<string, unknown> = {}) =>
  queryData(house.gateway.url, text, variables, headers);

describe("another caller's order", () => {
  it('is not there: by its id, its key, its tickets, in lists, as an entity, and to be changed', async () => {
    const rival = { 'x-api-key': house.rival };
    const { order } = await place(shop, 'taken');
    const id = order!.id;
    const { order: whole } = (await ask(shop, `{ order(id: "${id}") { tickets { id } } }`)) as {
      order: { tickets: { id: string }[] };
    };
    const ticket = whole.tickets[0]!.id;
    const look = `query { a: order(id: "${id}") { id } b: order(clientOrderId: "taken") { id }
      orders(first: 5) { nodes { id } }
      _entities(representations: [{ __typename: "Order", id: "${id}" }, { __typename: "Ticket", id: "${ticket}" }]) { __typename } }`;
    expect(await ask(rival, look)).toEqual({
      a: null,
      b: null,
      orders: { nodes: [] },
      _entities: [null, null],
    });
    expect(await ask(shop, look)).toMatchObject({ a: { id }, b: { id }, orders: { nodes: [{ id }] } });

    const missing = await changes(rival, 'small:7000000000000000000', ticket);
    expect(await changes(rival, id, ticket)).toEqual(missing);
    expect(missing.every(({ userErrors }) => userErrors[0]?.code === 'NOT_FOUND')).toBe(true);

    await using events = subscribe(
      house.gateway.url,
      `subscription { orderUpdated(orderId: "${id}") { id } }`,
      {},
      {
        apiKey: house.rival,
      },
    );
    await expect(events.next()).rejects.toThrow('"code":"NOT_FOUND"');
  });

  it('has the same key for him as for another, and they are two orders', async () => {
    const [mine, his] = [await place(shop, 'twice'), await place({ 'x-api-key': house.rival }, 'twice')];
    expect(his.userErrors).toEqual([]);
    expect(his.order!.id).not.toBe(mine.order!.id);
    expect(await place(shop, 'twice')).toEqual(mine);
  });

  it('is his own when a new key has the same name', async () => {
    const { order } = await place(shop, 'rotated');
    const newKey = { 'x-api-key': house.keyWith(['orders:read']) };
    expect(await ask(newKey, '{ order(clientOrderId: "rotated") { id } }')).toEqual({
      order: { id: order!.id },
    });
  });
});

describe('a caller with one institution', () => {
  const local = () => ({ 'x-api-key': house.local });

  it('sees no other in lists, filters, ids, entities and history', async () => {
    const performance = `${ORDERS.performanceIds[0]}`;
    const data = await ask(
      local(),
      `{ institutions { code } institution(code: "other") { code }
         products(first: 50) { nodes { institution { code } } }
         performances(first: 50) { nodes { institution { code } } }
         product(id: "other:${ORDERS.eventId}") { id } performance(id: "other:${performance}") { id }
         availabilities(performanceIds: ["other:${performance}"]) { color }
         availabilityHistory(performanceId: "other:${performance}") { after }
         contact(id: "other:0004217") { id } order(id: "other:1") { id }
         _entities(representations: [{ __typename: "Institution", code: "other" }, { __typename: "Contact", id: "other:0004217" },
           { __typename: "Performance", id: "other:${performance}" }]) { __typename } }`,
    );
    expect(data).toMatchObject({
      institutions: [{ code: 'small' }],
      institution: null,
      product: null,
      performance: null,
      availabilities: [null],
      availabilityHistory: [],
      contact: null,
      order: null,
      _entities: [null, null, null],
    });
    expect(JSON.stringify(data)).not.toContain('other');
  });

  it.each([
    ['{ products(filter: { institutions: ["other"] }) { totalCount } }', 'filter.institutions[0]'],
    ['{ orders(filter: { institutions: ["other"] }) { nodes { id } } }', 'filter.institutions[0]'],
    ['{ contacts(search: { institution: "other", name: "x" }) { nodes { id } } }', 'search.institution'],
  ])('is told of %s as of one that is not configured', async (text, argument) => {
    const failure = async (document: string) =>
      (await query(house.gateway.url, document, {}, local())).errors?.[0];
    const [other, none] = [await failure(text), await failure(text.replace('other', 'nowhere'))];
    expect(other).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument } });
    expect(other!.message.replace('other', 'nowhere')).toBe(none!.message);
  });

  it('can order nothing there, and make and change nobody', async () => {
    const outcomes = async (code: string) => [
      await place(local(), `at-${code}`, { institution: code }),
      ...Object.values(
        await ask(
          local(),
          `mutation { a: createContact(input: { institution: "${code}", clientRequestId: "1", lastName: "x" }) { contact { id } userErrors { code path } }
             b: updateContact(input: { id: "${code}:0004217", lastName: "x" }) { contact { id } userErrors { code path } }
             c: deleteContact(id: "${code}:0004217") { deletedId userErrors { code path } }
             d: cancelOrder(input: { orderId: "${code}:1", clientRequestId: "1" }) { order { id } userErrors { code path } } }`,
        ),
      ),
    ];
    const other = await outcomes('other');
    expect(other).toEqual(await outcomes('nowhere'));
    expect(JSON.stringify(other)).not.toContain('"userErrors":[]');
  });

  it('hears nothing of it', async () => {
    const events = (text: string) => subscribe(house.gateway.url, text, {}, { apiKey: house.local });
    await using all = events(
      'subscription { availabilityChanged { kind changes { product { institution { code } } } } }',
    );
    const { availabilityChanged } = (await all.next()) as { availabilityChanged: { changes: unknown[] } };
    expect(availabilityChanged.changes.length).toBeGreaterThan(0);
    expect(JSON.stringify(availabilityChanged)).not.toContain('other');
    for (const text of [
      'subscription { availabilityChanged(filter: { institutions: ["other"] }) { kind } }',
      `subscription { availabilityChanged(filter: { productIds: ["other:${ORDERS.eventId}"] }) { kind } }`,
      'subscription { catalogChanged(institutions: ["other"]) { version } }',
    ]) {
      await using one = events(text);
      await expect(one.next()).rejects.toThrow('"code":"BAD_USER_INPUT"');
    }
  });
});

describe("a buyer's token", () => {
  let buyer: Record<string, string>;
  let token: string;

  beforeAll(async () => {
    token = await house.issuer.token({ client_id: 'shop', scope: SCOPES_TRIED.join(' '), contact: MINE });
    buyer = { authorization: `Bearer ${token}` };
  });

  it("sees its contact's orders among the caller's, and no others", async () => {
    const mine = await place(shop, 'for-me', { contactId: MINE });
    const others = await place(shop, 'for-others', { contactId: OTHERS });
    const { orders, contact } = (await ask(
      buyer,
      `{ orders(first: 50) { nodes { contact { id } } } contact(id: "${MINE}") { orders { nodes { id } } } }`,
    )) as {
      orders: { nodes: { contact: { id: string } }[] };
      contact: { orders: { nodes: { id: string }[] } };
    };
    expect(new Set(orders.nodes.map((one) => one.contact.id))).toEqual(new Set([MINE]));
    expect(contact.orders.nodes).toContainEqual({ id: mine.order!.id });
    const id = others.order!.id;
    const { order: sold } = (await ask(shop, `{ order(id: "${id}") { tickets { id } } }`)) as {
      order: { tickets: { id: string }[] };
    };
    const ticket = sold.tickets[0]!.id;
    expect(
      await ask(
        buyer,
        `{ a: order(id: "${id}") { id } b: order(clientOrderId: "for-others") { id }
           c: orders(filter: { contactId: "${OTHERS}" }) { nodes { id } }
           _entities(representations: [{ __typename: "Order", id: "${id}" }, { __typename: "Ticket", id: "${ticket}" }]) { __typename } }`,
      ),
    ).toEqual({ a: null, b: null, c: { nodes: [] }, _entities: [null, null] });
    expect(await changes(buyer, id, 'small:1')).toEqual(
      await changes(buyer, 'small:7000000000000000000', 'small:1'),
    );
    await using events = subscribe(
      house.gateway.url,
      `subscription { orderUpdated(orderId: "${id}") { id } }`,
      {},
      {
        authorization: `Bearer ${token}`,
      },
    );
    await expect(events.next()).rejects.toThrow('"code":"NOT_FOUND"');
  });

  it('orders for its contact, named or not, and for nobody else', async () => {
    expect(await place(buyer, 'b-1')).toMatchObject({ order: { contact: { id: MINE } }, userErrors: [] });
    expect(await place(buyer, 'b-2', { contactId: MINE })).toMatchObject({
      order: { contact: { id: MINE } },
    });
    expect(await place(buyer, 'b-3', { contactId: OTHERS })).toEqual({
      order: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['contactId'] }],
    });
    expect(await place(buyer, 'b-4', { institution: 'other' })).toEqual({
      order: null,
      userErrors: [{ code: 'CONTACT_REQUIRED', path: ['contactId'] }],
    });
    await place(shop, 'key-of-others', { contactId: OTHERS });
    expect(await place(buyer, 'key-of-others')).toEqual({
      order: null,
      userErrors: [{ code: 'IDEMPOTENCY_CONFLICT', path: ['clientOrderId'] }],
    });
    const check = `{ checkOrder(input: { contactId: "${OTHERS}", lines: [${lineAt('small')}] }) { bookable problems { code path } } }`;
    expect(await ask(buyer, check)).toEqual({
      checkOrder: { bookable: false, problems: [{ code: 'NOT_FOUND', path: ['contactId'] }] },
    });
  });

  it('sees no order of who has the same number elsewhere', async () => {
    const elsewhere = await place(shop, 'namesake', {
      institution: 'other',
      contactId: `other:${MINE.slice(6)}`,
    });
    expect(elsewhere.userErrors).toEqual([]);
    expect(await ask(buyer, `{ order(id: "${elsewhere.order!.id}") { id } }`)).toEqual({ order: null });
  });

  it('gives its order to nobody, and hears no more of one that the shop gave away', async () => {
    const { createOrder } = (await ask(
      buyer,
      `mutation { createOrder(input: { clientOrderId: "given-away", lines: [${lineAt('small')}] }) { order { id } } }`,
    )) as { createOrder: { order: { id: string } } };
    const { id } = createOrder.order;
    const give = (headers: Record<string, string>, key: string) =>
      ask(
        headers,
        `mutation { updateOrder(input: { orderId: "${id}", clientRequestId: "${key}", contactId: "${OTHERS}" }) { order { contact { id } } userErrors { code path } } }`,
      );
    await using events = subscribe(
      house.gateway.url,
      `subscription { orderUpdated(orderId: "${id}") { contact { id } } }`,
      {},
      { authorization: `Bearer ${token}` },
    );
    expect(await events.next()).toEqual({ orderUpdated: { contact: { id: MINE } } });
    expect(await give(buyer, 'by-himself')).toEqual({
      updateOrder: { order: null, userErrors: [{ code: 'NOT_FOUND', path: ['contactId'] }] },
    });
    expect(await give(shop, 'by-the-shop')).toEqual({
      updateOrder: { order: { contact: { id: OTHERS } }, userErrors: [] },
    });
    await expect(events.next()).rejects.toThrow('the subscription ended');
    expect(await ask(buyer, `{ order(id: "${id}") { id } }`)).toEqual({ order: null });
  });

  it('reads and finds its contact, and no other', async () => {
    const look = `{ mine: contact(id: "${MINE}") { id lastName } others: contact(id: "${OTHERS}") { id }
      _entities(representations: [{ __typename: "Contact", id: "${OTHERS}" }]) { __typename }
      all: contacts(search: { institution: "small", name: "e" }) { nodes { id } }
      number: contacts(search: { institution: "small", number: "0004220" }) { nodes { id } }
      elsewhere: contacts(search: { institution: "other", number: "0004217" }) { nodes { id } } }`;
    const found = await ask(buyer, look);
    expect(found).toMatchObject({
      mine: { id: MINE },
      others: null,
      _entities: [null],
      number: { nodes: [] },
      elsewhere: { nodes: [] },
    });
    expect((found['all'] as { nodes: unknown[] }).nodes).toEqual([{ id: MINE }]);
    expect(((await ask(shop, look))['others'] as { id: string }).id).toBe(OTHERS);
  });

  it('changes its contact, no other, and makes none', async () => {
    const { updateContact } = await ask(
      buyer,
      `mutation { updateContact(input: { id: "${MINE}", phone: "+41 21 555 01 99" }) { contact { phone } userErrors { code } } }`,
    );
    expect(updateContact).toEqual({ contact: { phone: '+41 21 555 01 99' }, userErrors: [] });
    const others = await ask(
      buyer,
      `mutation { a: updateContact(input: { id: "${OTHERS}", lastName: "x" }) { userErrors { code path } }
         b: deleteContact(id: "${OTHERS}") { userErrors { code path } }
         c: saveContactAddress(input: { contactId: "${OTHERS}", address: { lines: ["x"] } }) { userErrors { code path } }
         d: removeContactAddress(contactId: "${OTHERS}", addressId: "small:1") { userErrors { code path } }
         e: setContactCriteria(contactId: "${OTHERS}", criteria: []) { userErrors { code path } } }`,
    );
    for (const outcome of Object.values(others)) {
      expect(outcome).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
    }
    const { errors } = await query(
      house.gateway.url,
      'mutation { createContact(input: { institution: "small", clientRequestId: "b", lastName: "x" }) { contact { id } } }',
      {},
      buyer,
    );
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('ends its socket when it ends', async () => {
    const short = await house.issuer.token({ client_id: 'shop', scope: 'catalog:read' }, { expiresIn: 2 });
    const socket = await openSocket(house.gateway.url, { payload: { authorization: `Bearer ${short}` } });
    socket.send({
      type: 'subscribe',
      id: 'a',
      payload: { query: 'subscription { catalogChanged { version } }' },
    });
    expect(await socket.closed).toEqual({ code: 4403, reason: 'The token has expired' });
  });
});

/** Every mutation of an order, of one that the caller names; without what repeats the id. */
async function changes(
  headers: Record<string, string>,
  orderId: string,
  ticketId: string,
): Promise<Outcome[]> {
  const data = await ask(
    headers,
    `mutation ($id: ID!, $ticket: ID!) {
       a: updateOrder(input: { orderId: $id, clientRequestId: "u", addLines: [${lineAt('small')}] }) { ...O }
       b: closeOrder(input: { orderId: $id }) { ...O }
       c: abandonOrder(orderId: $id) { ...O }
       d: cancelOrder(input: { orderId: $id, clientRequestId: "c", ticketIds: [$ticket] }) { ...O } }
     fragment O on OrderPayload { order { id } userErrors { code path } }`,
    { id: orderId, ticket: ticketId },
  );
  return Object.values(data) as Outcome[];
}
