import { once } from 'node:events';
import { connect } from 'node:net';
import type { Canaries } from './canaries.js';
import { openSocket, query, type RawSocketOptions } from './graphql-client.js';

/** In places of requests where nobody expects them. */
export const STRAY = {
  'text of a query': 'strayQueryKanari',
  'a literal': 'stray-literal-kanari-7719',
  'a variable': 'stray-variable-kanari-7719',
  'a variable of a mutation': 'stray.mutation.7719@vogel.example',
  'a variable that has another type': 'stray-number-kanari-7719',
  'a query string': 'stray query of an address 7719',
  'a body that is no JSON': 'strayBodyKanari7719',
  'a cookie': 'stray-cookie-kanari-7719',
  'a header': 'stray-header-kanari-7719',
  'a header for partners': 'stray-partner-kanari-7719',
  'an address behind proxies': '203.0.113.77',
  'a path': 'stray-path-kanari-7719',
  'a payload of connection_init': 'stray-payload-kanari-7719',
  'a message that is no JSON': 'strayMessageKanari7719',
  'a header that is too long': 'stray-long-kanari-7719',
  'the rest of a broken request': 'stray-broken-kanari-7719',
} as const satisfies Canaries;

/** An answer to somebody who did something wrong. */
export interface Refusal {
  readonly what: string;
  /** HTTP status, or code that the socket was closed with. */
  readonly status: number;
  readonly text: string;
}

const CATALOG = '{ institutions { code } }';

/** Credentials that are none, each over HTTP and as the first word on a socket. */
export async function sendCredentials(url: string, tokens: readonly string[]): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  for (const [index, token] of tokens.entries()) {
    // Whoever fails often is not even asked any more.
    const from = { 'x-forwarded-for': `203.0.113.${100 + index}` };
    const authorization = `Bearer ${token}`;
    const { status, errors } = await query(url, CATALOG, {}, { authorization, ...from });
    refusals.push({ what: 'a credential over HTTP', status, text: JSON.stringify(errors) });
    refusals.push(await refusedSocket(url, { payload: { authorization }, headers: from }));
    refusals.push(await refusedSocket(url, { headers: { authorization, ...from } }));
  }
  return refusals;
}

async function refusedSocket(url: string, options: RawSocketOptions): Promise<Refusal> {
  const socket = await openSocket(url, { ...options, init: false });
  const { payload } = options;
  socket.send({ type: 'connection_init', ...(payload && { payload }) });
  const { code, reason } = await socket.closed;
  return { what: 'a credential on a socket', status: code, text: reason };
}

const CREATE = `mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { message } } }`;

/** Mistakes of a client with a good key, over HTTP. */
export async function sendStrays(url: string, apiKey: string): Promise<Refusal[]> {
  const headers = {
    'content-type': 'application/json',
    'x-api-key': apiKey,
    cookie: `session=${STRAY['a cookie']}`,
    'x-anything': STRAY['a header'],
    'x-forwarded-for': STRAY['an address behind proxies'],
  };
  const refusals: Refusal[] = [];
  const note = async (what: string, response: Response): Promise<void> => {
    refusals.push({ what, status: response.status, text: await response.text() });
  };
  const post = async (what: string, body: string, more: object = {}): Promise<void> =>
    note(what, await fetch(`${url}graphql`, { method: 'POST', headers: { ...headers, ...more }, body }));
  const ask = (what: string, document: string, variables: object = {}): Promise<void> =>
    post(what, JSON.stringify({ query: document, variables }));

  await ask('an unknown field', `{ ${STRAY['text of a query']} }`);
  for (const [what, [document, variables]] of Object.entries(refusedOperations())) {
    await ask(what, document, variables);
  }
  await post('no JSON', `{${STRAY['a body that is no JSON']}`);
  await post('no type', STRAY['a body that is no JSON'], { 'content-type': 'text/plain' });
  const search = new URLSearchParams({
    query: '{ nothing }',
    variables: JSON.stringify({ name: STRAY['a query string'] }),
  });
  await note('a query string', await fetch(`${url}graphql?${search.toString()}`, { headers }));
  await note('a path', await fetch(`${url}${STRAY['a path']}?${search.toString()}`, { headers }));
  await note('a ticket', await fetch(`${url}tickets/${STRAY['a path']}`, { headers }));
  await note(
    'a long header',
    await fetch(`${url}graphql`, {
      headers: { 'x-long': STRAY['a header that is too long'].repeat(2_000) },
    }),
  );
  refusals.push(await brokenRequest(url));
  return refusals;
}

/** Documents and variables that are refused, by what is wrong with them. */
function refusedOperations(): Record<string, readonly [document: string, variables: object]> {
  const mail = STRAY['a variable of a mutation'];
  const input = {
    institution: 'small',
    clientRequestId: 'stray',
    lastName: STRAY['a variable'],
    email: mail,
  };
  return {
    'a literal of another type': [
      `mutation { createContact(input: { clientRequestId: "a", kind: "${STRAY['a literal']}", institution: "small" }) { contact { id } } }`,
      {},
    ],
    'a literal for an object': [
      `mutation { createContact(input: "${STRAY['a literal']}") { contact { id } } }`,
      {},
    ],
    'a literal for a number': [`{ products(first: "${STRAY['a literal']}") { totalCount } }`, {}],
    'a text that does not end': [`{ product(id: "${STRAY['a literal']}`, {}],
    'a variable of another type': [
      'query ($first: Int!) { products(first: $first) { totalCount } }',
      { first: STRAY['a variable that has another type'] },
    ],
    'no object': [CREATE, { input: mail }],
    'a member that is missing': [CREATE, { input: { ...input, institution: undefined } }],
    'a member that there is not': [CREATE, { input: { ...input, mail } }],
    'a member of another type': [CREATE, { input: { ...input, address: mail } }],
    'a word that there is not': [CREATE, { input: { ...input, kind: mail } }],
    'a list that is none': [CREATE, { input: { ...input, email: [mail] } }],
    'values that break a rule': [
      CREATE,
      {
        input: {
          ...input,
          email: `${mail} ${mail}`,
          phone: mail,
          address: { lines: [mail], countryCode: mail },
        },
      },
    ],
    'a key that breaks a rule': [CREATE, { input: { ...input, clientRequestId: mail.repeat(20) } }],
    'an id that is none': ['query ($id: ID!) { contact(id: $id) { id } }', { id: mail }],
    'an id of an order that is none': [
      'query ($id: ID!) { order(id: $id) { id } }',
      { id: STRAY['a variable'] },
    ],
    'a key of an order that breaks a rule': [
      'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { userErrors { message } } }',
      { input: { clientOrderId: `${mail}\n`, contactId: mail, reference: mail.repeat(20), lines: [] } },
    ],
    'a date that is none': [
      'query ($filter: ProductFilter) { products(filter: $filter) { totalCount } }',
      { filter: { startsFrom: mail, from: mail, institutions: [mail] } },
    ],
    'a cursor that is none': [
      'query ($after: String) { products(first: 1, after: $after) { totalCount } }',
      { after: mail },
    ],
  };
}

/** What is not even HTTP. */
async function brokenRequest(url: string): Promise<Refusal> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
  socket.write(`GET /graphql HTTP/1.1\r\nhost: x\r\n${STRAY['the rest of a broken request']}\r\n\r\n`);
  await once(socket, 'close');
  return { what: 'a broken request', status: Number(text.split(' ')[1]), text };
}

/** The same mistakes on a socket that was let in, and some that only a socket has. */
export async function sendStraysOnSocket(url: string, apiKey: string): Promise<Refusal[]> {
  const payload = { apiKey, note: STRAY['a payload of connection_init'] };
  const socket = await openSocket(url, { payload, headers: { cookie: `session=${STRAY['a cookie']}` } });
  const refusals: Refusal[] = [];
  for (const [what, [document, variables]] of Object.entries(refusedOperations())) {
    socket.send({ id: what, type: 'subscribe', payload: { query: document, variables } });
    const { type, payload: text } = await socket.next(
      (message) => message.id === what && (message.type === 'error' || message.type === 'next'),
    );
    refusals.push({ what: `${what}, on a socket`, status: 0, text: `${type} ${JSON.stringify(text)}` });
  }
  socket.send(STRAY['a message that is no JSON']);
  const { code, reason } = await socket.closed;
  return [...refusals, { what: 'a message that is no JSON', status: code, text: reason }];
}
