import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { query } from '../support/graphql-client.js';
import { startRecorder, type HttpRecorder } from '../support/http-recorder.js';
import { SHORT_WAITS } from '../support/order-house.js';
import { ORDERS, orderWorld } from '../support/order-world.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { typed, type TypedAddress, type TypedCriteria } from '../support/typed-values.js';
import { readRequest, type WireRequest } from '../support/wire-request.js';

/** Within the time a test may take; each run is one operation. */
const BOUNDS = {
  numRuns: 60,
  interruptAfterTimeLimit: 3_000,
  markInterruptAsFailure: false,
  // What was sent once is not sent again under the same key, so a smaller example would be another one.
  endOnFailure: true,
} as const;

/** A busy machine is no lost answer. */
const PATIENCE = {
  S360_DEADLINE_MS: '10000',
  S360_ORDER_DEADLINE_MS: '10000',
  S360_QUARANTINE_MS: '20000',
} as const;

/** S-360 takes 180 calls in it, and a fast machine types fast. */
const MINUTE_MS = 300;

type Members = WireRequest['members'];
type Text = string | null | undefined;

/** What S-360 must get of what was typed: blanks around it are not sent, nor is what is blank. */
function told(path: string, text: Text): Members {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? [] : [[path, trimmed]];
}

/** The same of a change: what is null or blank is sent as nothing, which clears it. */
function changed(path: string, text: Text): Members {
  return text === undefined ? [] : [[path, text?.trim() ?? '']];
}

function flagged(path: string, value: boolean | null | undefined): Members {
  return value === undefined || value === null ? [] : [[path, String(value)]];
}

function nth(name: string, index: number): string {
  return index === 0 ? name : `${name}[${index}]`;
}

function addressMembers(path: string, address: TypedAddress): Members {
  return [
    ...flagged(`${path}.main`, address.main),
    ...flagged(`${path}.billingAddress`, address.billing),
    ...flagged(`${path}.shippingAddress`, address.shipping),
    ...changed(`${path}.name`, address.name),
    ...address.lines.flatMap((line, index) => told(`${path}.street${index + 1}`, line)),
    ...changed(`${path}.town`, address.town),
    ...changed(`${path}.zipCode`, address.zipCode),
    ...changed(`${path}.countryCode`, address.countryCode),
  ];
}

function criteriaMembers(path: string, criteria: TypedCriteria): Members {
  return criteria.flatMap(({ code, values }, index) => [
    ...told(`${nth(path, index)}.criterionCode`, code),
    ...values.flatMap((value, place) => told(`${nth(path, index)}.${nth('values', place)}`, value)),
  ]);
}

const ALL_DETAILS = ['ADDRESSES', 'COM_MEANS', 'CRITERIA', 'GENERAL'];

function contactRead(number: string, details: readonly string[] = ALL_DETAILS): Expected {
  const parts = details.map((detail, index) => [nth('details', index), detail] as const);
  return { method: 'getContactData', members: [['contactNumber', number], ...parts] };
}

type Expected = Pick<WireRequest, 'method' | 'members'>;

/** An operation with what a client may type into it, and everything that S-360 must get of it. */
interface Typing<Variables extends Record<string, unknown>> {
  readonly document: string;
  readonly variables: fc.Arbitrary<Variables>;
  readonly expected: (variables: Variables) => readonly Expected[];
  /** Of the calls that are looked at; others have nothing of the operation. */
  readonly methods: readonly string[];
}

function typing<Variables extends Record<string, unknown>>(
  of: Typing<Variables>,
): Typing<Record<string, unknown>> {
  return of as unknown as Typing<Record<string, unknown>>;
}

const ERRORS = 'userErrors { code path }';
const inInput = <Input>(input: fc.Arbitrary<Input>) => input.map((value) => ({ input: value }));
const CONTACT_ID = `${ORDERS.code}:${ORDERS.contactNumber}`;

const TYPINGS = {
  'createContact of a person': typing({
    document: `mutation ($input: CreateContactInput!) { createContact(input: $input) { ${ERRORS} } }`,
    variables: inInput(typed.person),
    methods: ['createContact'],
    expected: ({ input: { firstName, lastName, email, phone, language, address, criteria } }) => [
      {
        method: 'createContact',
        members: [
          ...(address ? addressMembers('contactData.addresses', address) : []),
          ...criteriaMembers('contactData.contactCriteria', criteria ?? []),
          ...told('contactData.individualContact.email', email),
          ...told('contactData.individualContact.individualFirstname', firstName),
          ...told('contactData.individualContact.individualLastname', lastName),
          ...told('contactData.individualContact.phoneNumber1', phone),
          ...told('contactData.language', language),
        ],
      },
    ],
  }),
  'createContact of a structure': typing({
    document: `mutation ($input: CreateContactInput!) { createContact(input: $input) { ${ERRORS} } }`,
    variables: inInput(typed.structure),
    methods: ['createContact'],
    expected: ({ input: { structureName, firstName, lastName, email, phone, language } }) => [
      {
        method: 'createContact',
        members: [
          ...told('contactData.individualContact.individualFirstname', firstName),
          ...told('contactData.individualContact.individualLastname', lastName),
          ...told('contactData.language', language),
          ...told('contactData.structureContact.email', email),
          ...told('contactData.structureContact.phoneNumber1', phone),
          ...told('contactData.structureContact.structureName', structureName),
        ],
      },
    ],
  }),
  updateContact: typing({
    document: `mutation ($input: UpdateContactInput!) { updateContact(input: $input) { ${ERRORS} } }`,
    variables: inInput(typed.change),
    methods: ['getContactData', 'updateContact'],
    expected: ({ input: { firstName, lastName, email, phone, language } }) => [
      contactRead(ORDERS.contactNumber),
      {
        method: 'updateContact',
        members: [
          ['contactNumber', ORDERS.contactNumber],
          ...changed('contactData.individualContact.email', email),
          ...changed('contactData.individualContact.individualFirstname', firstName),
          ...changed('contactData.individualContact.individualLastname', lastName),
          ...changed('contactData.individualContact.phoneNumber1', phone),
          ...changed('contactData.language', language),
        ],
      },
    ],
  }),
  saveContactAddress: typing({
    document: `mutation ($input: SaveContactAddressInput!) { saveContactAddress(input: $input) { ${ERRORS} } }`,
    variables: inInput(typed.newAddress.map((address) => ({ contactId: CONTACT_ID, address }))),
    methods: ['getContactData', 'addOrUpdateAddress'],
    expected: ({ input: { address } }) => [
      contactRead(ORDERS.contactNumber),
      {
        method: 'addOrUpdateAddress',
        members: [['contactNumber', ORDERS.contactNumber], ...addressMembers('address', address)],
      },
    ],
  }),
  setContactCriteria: typing({
    document: `mutation ($criteria: [CriterionInput!]!) { setContactCriteria(contactId: "${CONTACT_ID}", criteria: $criteria) { ${ERRORS} } }`,
    variables: typed.criteria.map((criteria) => ({ criteria })),
    methods: ['getContactData', 'updateCriteria'],
    expected: ({ criteria }) => [
      criteria.length === 0
        ? contactRead(ORDERS.contactNumber)
        : {
            method: 'updateCriteria',
            members: [
              ['contactNumber', ORDERS.contactNumber],
              ...criteriaMembers('contactCriteria', criteria),
            ],
          },
    ],
  }),
  contacts: typing({
    document: 'query ($search: ContactSearch!) { contacts(search: $search) { nodes { number } } }',
    variables: typed.search.map((search) => ({ search })),
    methods: ['searchContact'],
    expected: ({ search: { number, email, name } }) => [
      {
        method: 'searchContact',
        members: [
          ...told('contactNumbers', number),
          ...told('email', email),
          ...told('name', name),
          ['details', 'GENERAL'],
          ['firstResult', '0'],
          ['maxResults', '21'],
        ],
      },
    ],
  }),
  contact: typing({
    document: 'query ($id: ID!) { contact(id: $id) { email } }',
    variables: typed.contactId.map((id) => ({ id })),
    methods: ['getContactData'],
    // Of another institution there is none.
    expected: ({ id }) =>
      id.startsWith(`${ORDERS.code}:`) ? [contactRead(id.replace(`${ORDERS.code}:`, ''), ['GENERAL'])] : [],
  }),
  createOrder: typing({
    document: `mutation ($input: CreateOrderInput!) { createOrder(input: $input) { ${ERRORS} } }`,
    variables: inInput(typed.order.map((order) => ({ ...order, lines: [circleLine()] }))),
    methods: ['createOrUpdateOrder'],
    expected: ({ input: { clientOrderId, contactId } }) => [
      {
        method: 'createOrUpdateOrder',
        members: [
          ['pointOfSalesId', String(ORDERS.posId)],
          ['orderType', 'SALE'],
          ['purchasersInfo.contactReference', contactId.replace(`${ORDERS.code}:`, '')],
          ['externalReference', clientOrderId.includes('/') ? `/${clientOrderId}` : clientOrderId],
          ['simpleProductOperations.itemId', String(ORDERS.circleItemId)],
          ['simpleProductOperations.audienceSubCategoryId', String(ORDERS.tariffId)],
          ['simpleProductOperations.quantity', '1'],
        ],
      },
    ],
  }),
};

function circleLine() {
  return {
    itemId: `${ORDERS.code}:${ORDERS.circleItemId}`,
    tariffId: `${ORDERS.code}:${ORDERS.tariffId}`,
    quantity: 1,
  };
}

describe('whatever a client types', () => {
  let sandbox: TestSandbox;
  let recorder: HttpRecorder;
  let gateway: TestGateway;

  beforeAll(async () => {
    const world = orderWorld();
    const [{ stock }] = world.institutions as [(typeof world.institutions)[number]];
    stock.items.find(({ itemId }) => itemId === ORDERS.circleItemId)!.quota = 1_000_000;
    sandbox = await startTestSandbox({ world, minuteMs: MINUTE_MS });
    const [institution] = sandbox.institutions as [TestSandbox['institutions'][number]];
    const { origin, pathname } = new URL(institution.baseUrl);
    recorder = await startRecorder(origin);
    gateway = await startTestGateway({
      institutions: [{ ...institution, baseUrl: recorder.url + pathname }],
      env: { ...SHORT_WAITS, ...PATIENCE, S360_MINUTE_MS: String(MINUTE_MS) },
    });
    // What is made for the first operation is not its own time.
    await query(gateway.graphql, '{ __typename }');
  });

  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await recorder[Symbol.asyncDispose]();
    await sandbox.stop();
  });

  it.each(Object.entries(TYPINGS))(
    'into %s reaches S-360 as it is, in the place it was meant for, or not at all',
    async (_name, of) => {
      let accepted = 0;
      let refused = 0;
      const check = async (variables: Record<string, unknown>): Promise<void> => {
        const before = recorder.exchanges.length;
        const answer = await query(gateway.graphql, of.document, variables);
        const requests = recorder.exchanges.slice(before).map(({ request }) => readRequest(request));
        const sent = requests
          .filter(({ method }) => of.methods.includes(method))
          .map(({ method, members }) => ({ method, members }));
        const why = whyRefused(answer, variables);
        if (why.length > 0) refused += 1;
        else accepted += 1;
        expect({ variables, why, sent }).toEqual({
          variables,
          why: why.filter((reason) => reason.startsWith('because of ')),
          sent: why.length > 0 ? [] : of.expected(variables),
        });
      };
      let last = Promise.resolve();
      await fc.assert(
        fc.asyncProperty(of.variables, (variables) => (last = check(variables))),
        BOUNDS,
      );
      // The time may end in the middle of it.
      await last;
      expect(Math.min(accepted, refused)).toBeGreaterThan(0);
    },
  );
});

interface Refused {
  readonly userErrors?: readonly { readonly code: string; readonly path: readonly string[] | null }[];
}

/** What S-360 itself refuses was accepted here. Each reason names the value that was refused, which must be there. */
function whyRefused(
  { data, errors = [] }: Awaited<ReturnType<typeof query>>,
  variables: Record<string, unknown>,
): string[] {
  const reasons = errors.map(({ extensions, message }) => {
    const { code, argument } = extensions ?? {};
    const isNamed = code === 'BAD_USER_INPUT' && typeof argument === 'string';
    return isNamed && valueAt(variables, argument.split(/[.[\]]+/))
      ? `because of ${argument}`
      : `${String(code)}: ${message}`;
  });
  const payloads = Object.values((data ?? {}) as Record<string, Refused | null>);
  const userErrors = payloads.flatMap((payload) => payload?.userErrors ?? []);
  const ours = userErrors.filter(({ code }) => code === 'INVALID_INPUT');
  const input = (variables['input'] ?? variables) as Record<string, unknown>;
  return [
    ...reasons,
    ...ours.map(({ path }) =>
      path !== null && valueAt(input, path)
        ? `because of ${path.join('.')}`
        : `INVALID_INPUT at ${String(path)}`,
    ),
  ];
}

function valueAt(value: unknown, path: readonly string[]): boolean {
  const [first, ...rest] = path.filter((name) => name !== '');
  if (first === undefined) return value !== undefined;
  return typeof value === 'object' && value !== null && Object.hasOwn(value, first)
    ? valueAt((value as Record<string, unknown>)[first], rest)
    : false;
}
