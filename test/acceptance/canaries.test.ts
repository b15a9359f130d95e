import { Writable } from 'node:stream';
import { rm } from 'node:fs/promises';
import { pino, type Logger } from 'pino';
import { expect, it } from 'vitest';
import { Outlets, type Canaries } from '../support/canaries.js';
import { eventually } from '../support/eventually.js';
import { startTestGateway, temporaryFolder, type TestInstitution } from '../support/gateway.js';
import { query, subscribe } from '../support/graphql-client.js';
import { ORDERS, orderWorld } from '../support/order-world.js';
import { SHORT_WAITS } from '../support/order-house.js';
import { startTestSandbox } from '../support/sandbox.js';
import { loggedError } from '../../src/server/error-log.js';

/** Of buyers: they pass through, and stay nowhere. */
const PERSONAL: Canaries = {
  'first name': 'Zephyrine-Kanari',
  'last name': "O'Canarÿ-Qwertz",
  'structure name': 'Kanarienverein e.V. 7719',
  email: 'kanari.7719@vogel.example',
  phone: '+33 6 77 19 00 42',
  street: '7719 rue du Serin',
  town: 'Vogelstadt-7719',
  'search for a name': 'Suchkanarienvogel',
  'search for an email': 'gesucht.7719@vogel.example',
};
const SECRETS: Canaries = {
  'secret key': 'kanari-secret-key-of-more-than-32-characters',
  'password of the operator': 'sandbox-pass-7719',
};
/** In odd places of requests: they may come back to whoever sent them, and go nowhere else. */
const STRAY: Canaries = {
  'text of a query': 'strayQueryKanari',
  'a variable': 'strayVariableKanari7719',
  'a header': 'stray-header-kanari-7719',
  'an id': 'strayidkanari7719',
  'a body that is no JSON': 'strayBodyKanari7719',
};

const CREATE_CONTACT = `mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id firstName email addresses { lines } } userErrors { code message } } }`;
const UPDATE_CONTACT = `mutation ($input: UpdateContactInput!) { updateContact(input: $input) { contact { id lastName phone } userErrors { code message } } }`;
const SAVE_ADDRESS = `mutation ($input: SaveContactAddressInput!) { saveContactAddress(input: $input) { contact { id addresses { id town } } userErrors { code message } } }`;
const SEARCH = `query ($search: ContactSearch!) { contacts(search: $search) { nodes { id firstName } } }`;
const ORDER = `order { id state contact { id firstName } tickets { id holder barcode { value svg } } printableUrl } userErrors { code message }`;
const PLACE = `mutation ($input: CreateOrderInput!) { placeOrder(input: $input) { ${ORDER} } }`;
const CREATE = `mutation ($input: CreateOrderInput!) { createOrder(input: $input) { ${ORDER} } }`;
const CANCEL = `mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { ${ORDER} } }`;

const FAULTS = [
  'soapFault',
  'http500',
  'truncate',
  'malformed',
  'resetBefore',
  'resetAfter',
  'unknownEnum',
] as const;

interface Payload {
  readonly order: { readonly id: string; readonly printableUrl: string | null } | null;
}

it(
  'nothing of buyers, no barcode and no secret gets into logs, metrics, errors or files',
  { timeout: 120_000 },
  async () => {
    const cacheDir = await temporaryFolder();
    const outlets = new Outlets();
    const log = pino(
      { level: 'trace', serializers: { err: loggedError } },
      new Writable({
        write(line, _encoding, done) {
          outlets.add('a line of the log', String(line));
          done();
        },
      }),
    );
    await using sandbox = await startTestSandbox({
      world: orderWorld(),
      minuteMs: Number(SHORT_WAITS.S360_MINUTE_MS),
    });
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions,
      cacheDir,
      log,
      env: { ...SHORT_WAITS, SECRET_KEY: SECRETS['secret key']! },
    });
    const url = gateway.graphql;
    const ask = async <Data>(document: string, variables: object = {}): Promise<Data | undefined> => {
      const { data, errors } = await query<Data, object>(url, document, variables);
      // Errors leave us for whoever reads the log of a browser.
      if (errors !== undefined) outlets.add('an error', JSON.stringify(errors));
      return data ?? undefined;
    };

    const contact = {
      institution: ORDERS.code,
      firstName: PERSONAL['first name'],
      lastName: PERSONAL['last name'],
      email: PERSONAL['email'],
      phone: PERSONAL['phone'],
      address: { lines: [PERSONAL['street']], town: PERSONAL['town'], countryCode: 'FR', main: true },
    };
    const made = await ask<{ createContact: { contact: { id: string } | null } }>(CREATE_CONTACT, {
      input: { ...contact, clientRequestId: `request of ${PERSONAL['email']}` },
    });
    const contactId = made?.createContact.contact?.id;
    expect(contactId).toBeDefined();

    const place = (key: string, changes: object = {}) =>
      ask<{ placeOrder: Payload }>(PLACE, {
        input: { clientOrderId: key, contactId, lines: [LINE], ...changes },
      });
    const sold = await place('first', { reference: 'Shop 12' });
    const printed = sold?.placeOrder.order?.printableUrl;
    expect(printed).toBeTruthy();
    expect((await fetch(printed!)).status).toBe(200);
    outlets.add('a spoilt address', await (await fetch(`${printed!.slice(0, -4)}AAAA`)).text());

    for (const kind of FAULTS) {
      await sandbox.fault({
        institution: ORDERS.code,
        kind,
        times: 1,
        service: 'ContactInformationPublicService',
      });
      await ask(UPDATE_CONTACT, {
        input: { id: contactId, lastName: PERSONAL['last name'], phone: PERSONAL['phone'] },
      });
      await ask(SAVE_ADDRESS, {
        input: {
          contactId,
          address: { lines: [PERSONAL['street']], town: PERSONAL['town'], countryCode: 'FR' },
        },
      });
      await ask(SEARCH, { search: { institution: ORDERS.code, name: PERSONAL['search for a name'] } });
      await ask(SEARCH, { search: { institution: ORDERS.code, email: PERSONAL['search for an email'] } });
      await ask(CREATE_CONTACT, {
        input: {
          institution: ORDERS.code,
          kind: 'STRUCTURE',
          clientRequestId: `structure ${kind}`,
          structureName: PERSONAL['structure name'],
        },
      });
      await sandbox.clearFaults();
      await sandbox.fault({ institution: ORDERS.code, kind, times: 1, service: 'ExternalOrderFacade' });
      await place(`facade ${kind}`);
      await sandbox.clearFaults();
      await sandbox.fault({ institution: ORDERS.code, kind, times: 1, service: 'ExternalOrderService' });
      await ask(CREATE, { input: { clientOrderId: `service ${kind}`, lines: [LINE] } });
      await sandbox.clearFaults();
    }
    await ask(CANCEL, {
      input: { orderId: sold!.placeOrder.order!.id, clientRequestId: 'cancel', reason: 'changed plans' },
    });
    await sendStrays(url);
    await subscribe(url, 'subscription { availabilityChanged { kind cursor } }').next();
    // The other side of what was lost is looked after.
    await new Promise((resolve) => setTimeout(resolve, 4_500));

    for (const path of ['metrics', 'health/ready', 'health/live', '']) {
      outlets.add(`/${path}`, await (await fetch(gateway.url + path)).text());
    }
    await gateway.stop();
    await refuseToServe(sandbox.institutions, log);
    await outlets.addFolder(cacheDir);
    expect(outlets.size).toBeGreaterThan(100);

    const books = await sandbox.books(ORDERS.code);
    const barcodes = books.orders.flatMap((order) => order.barcodes);
    expect(barcodes.length).toBeGreaterThan(1);
    const canaries = Object.fromEntries(barcodes.map((barcode, index) => [`barcode ${index}`, barcode]));
    expect(outlets.found({ ...PERSONAL, ...SECRETS, ...STRAY, ...canaries })).toEqual([]);
    // Looking finds what is there.
    outlets.add('a line of the log', JSON.stringify({ to: PERSONAL['last name'], code: barcodes[0] }));
    expect(outlets.found({ ...PERSONAL, ...canaries })).toHaveLength(2);
    await rm(cacheDir, { recursive: true, force: true });
  },
);

const LINE = {
  performanceId: `${ORDERS.code}:${ORDERS.performanceIds[0]}`,
  seatCategoryId: `${ORDERS.code}:${ORDERS.categoryIds[0]}`,
  tariffId: `${ORDERS.code}:${ORDERS.tariffId}`,
  quantity: 1,
};

/** S-360 refuses the password, again and again. */
async function refuseToServe(institutions: readonly TestInstitution[], log: Logger): Promise<void> {
  const password = SECRETS['password of the operator']!;
  await using gateway = await startTestGateway({
    institutions: institutions.map((institution) => ({ ...institution, password })),
    log,
    env: SHORT_WAITS,
    untilReady: false,
  });
  await eventually('the refusal', async () => {
    const reasons = await (await fetch(`${gateway.url}health/ready`)).text();
    return /password/.test(reasons) || undefined;
  });
}

/** Mistakes of clients, with what they sent in them: it must not get into the log either. */
async function sendStrays(url: string): Promise<void> {
  await query(url, `{ ${STRAY['text of a query']} }`);
  await query(url, `query ($id: ID!) { product(id: $id) { id } }`, { id: STRAY['a variable'] });
  await query(url, `{ product(id: "${STRAY['an id']}") { id } }`);
  await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{${STRAY['a body that is no JSON']}`,
  });
  await fetch(url, {
    headers: { 'x-anything': STRAY['a header']!, authorization: `Basic ${STRAY['a header']}` },
  });
  await fetch(`${url}/${STRAY['an id']}`);
}
